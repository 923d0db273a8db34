import { Ellipsis, Pause, RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WirePair, WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Menu } from '../../components/menu.tsx';
import { Link } from '../../components/link.tsx';
import page from '../../components/page.module.css';
import { usePageTitle } from '../../components/page.tsx';
import { State } from '../../components/state-icon.tsx';
import { usePauseEntries } from '../../frame/pause.ts';
import { useSync } from '../../frame/use-sync-all.ts';
import { addresses } from '../../model/addresses.ts';
import { shownState } from '../../model/pair-state.ts';
import { sideName } from '../../model/side.ts';
import { go } from '../../router/location.ts';
import { useWindow } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import { wayOf } from './ways.ts';

/** Name and state, one line of facts, and what a person does with a pair. */
export function Head({
  status,
  pair,
  decides,
}: {
  readonly status: WirePairStatus;
  readonly pair: WirePair | undefined;
  /** The page below has the main button. */
  readonly decides: boolean;
}): ReactNode {
  const { pair: name, a, b } = status;
  const heading = usePageTitle(name);
  const progress = useWindow((state) => state.progress[name]);
  const { mark, words, action } = shownState(status, progress);
  const brake = 'to' in action && status.brakes.some(({ answer }) => answer === null) ? action : undefined;
  const state = (
    <State mark={mark} pill live>
      {words}
    </State>
  );
  const sync = useSync();
  const pauses = usePauseEntries(name);
  const facts = [
    `${sideName(a)} ⇄ ${sideName(b)}`,
    ...(pair === undefined
      ? []
      : [
          t(`pair.direction.${pair.direction}`, wayOf(pair)),
          pair.options.liveSync && pair.options.autoSyncEnabled ? t('pair.live') : t('pair.notLive'),
        ]),
  ];
  return (
    <header className={page.pageHead}>
      <div className="grow">
        <div className="row">
          <h1 ref={heading} tabIndex={-1}>
            {name}
          </h1>
          {brake === undefined ? state : <Link to={brake.to}>{state}</Link>}
        </div>
        <p className={`${page.pageSub} clip`} title={facts.join(' · ')}>
          {facts.join(' · ')}
        </p>
      </div>
      <div className={page.pageActions}>
        <Menu trigger={<Button icon={Pause}>{t('pair.pause')}</Button>} entries={pauses} />
        <ButtonLink to={addresses.plan(name)}>{t('pair.plan')}</ButtonLink>
        <Button kind={decides || brake ? undefined : 'primary'} icon={RefreshCw} onClick={() => sync(name)}>
          {t('action.syncNow')}
        </Button>
        {brake === undefined ? null : (
          <ButtonLink kind={decides ? undefined : 'primary'} to={brake.to}>
            {brake.label}
          </ButtonLink>
        )}
        <Menu
          trigger={<Button kind="quiet" icon={Ellipsis} iconOnly={t('pair.more')} />}
          entries={[
            { label: t('pair.edit'), onSelect: () => go(addresses.pair(name, 'summary', 'edit')) },
            'line',
            { label: t('pair.remove'), onSelect: () => go(addresses.pair(name, 'summary', 'remove')) },
          ]}
        />
      </div>
    </header>
  );
}
