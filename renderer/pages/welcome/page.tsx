import { ArrowLeftRight, Play, Scale, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { ButtonLink } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Link } from '../../components/link.tsx';
import { Mark } from '../../components/mark.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { usePageTitle } from '../../components/page.tsx';
import { tell } from '../../components/toast.tsx';
import { addresses } from '../../model/addresses.ts';
import { go } from '../../router/location.ts';
import { useAct, usePairs } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import { Drawing } from './drawing.tsx';
import css from './welcome.module.css';

/** Three doors: one adds a pair, one only reads, one makes something to try. */
export function Page(): ReactNode {
  const heading = usePageTitle(t('welcome.title'));
  const pairs = usePairs();
  const { act, busy, error } = useAct();
  const makeSample = async (): Promise<void> => {
    const made = await act('sample.make', {});
    if (made === undefined) return;
    tell({ text: t('welcome.sample.made') });
    go(addresses.conflicts({ pair: made.pair }));
  };
  return (
    <div className={css.welcome} tabIndex={0} role="region" aria-label={t('welcome.doors')}>
      <div className={css.welcomeInner}>
        <div className={css.hero}>
          <div className="stack">
            <Mark huge />
            <div className="stackTight">
              <h1 ref={heading} tabIndex={-1}>
                {t('welcome.title')}
              </h1>
              <p className="muted prose">{t('welcome.sentence')}</p>
            </div>
          </div>
          <Drawing />
        </div>
        <div className={css.doors}>
          <Door icon={ArrowLeftRight} title={t('welcome.connect')} to={addresses.add()}>
            {t('welcome.connect.next')}
          </Door>
          <Door icon={Scale} title={t('welcome.compare')} to={addresses.add(1, 'compare')}>
            {t('welcome.compare.next')}
          </Door>
          <button type="button" className={css.door} disabled={busy} onClick={() => void makeSample()}>
            <Icon of={Play} />
            <strong>{busy ? t('welcome.sample.making') : t('welcome.sample')}</strong>
            <p>{t('welcome.sample.next')}</p>
          </button>
        </div>
        {error === undefined ? null : <ErrorNotice error={error} />}
        {(pairs?.length ?? 0) > 0 ? (
          <div className="row">
            <ButtonLink to={addresses.overview()}>{t('welcome.overview')}</ButtonLink>
          </div>
        ) : null}
        <div className={css.promises}>
          {([1, 2, 3] as const).map((n) => (
            <p key={n}>
              <b>{t(`welcome.promise.${n}`)}</b>
              {t(`welcome.promise.${n}.next`)}
            </p>
          ))}
        </div>
      </div>
    </div>
  );
}

const Door = ({
  icon,
  title,
  to,
  children,
}: {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly to: string;
  readonly children: ReactNode;
}): ReactNode => (
  <Link className={css.door} to={to}>
    <Icon of={icon} />
    <strong>{title}</strong>
    <p>{children}</p>
  </Link>
);
