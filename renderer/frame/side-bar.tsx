import { CircleQuestionMark, Plus, Settings } from 'lucide-react';
import type { ReactNode } from 'react';
import chip from '../components/chip.module.css';
import { ButtonLink } from '../components/button.tsx';
import { cx } from '../components/cx.ts';
import { Icon } from '../components/icon.tsx';
import { Link } from '../components/link.tsx';
import { Mark } from '../components/mark.tsx';
import { StateIcon } from '../components/state-icon.tsx';
import { Tooltip } from '../components/tooltip.tsx';
import { addresses } from '../model/addresses.ts';
import { byNeed, shownState } from '../model/pair-state.ts';
import { usePath } from '../router/location.ts';
import { usePairs, useWindow } from '../store/hooks.ts';
import { number, shortNumber } from '../text/numbers.ts';
import { t } from '../text/text.ts';
import css from './frame.module.css';
import { places } from './places.ts';
import { StateOfAll } from './state-of-all.tsx';

/** State of everything, places, pairs, settings and help; below 1100 px a rail of icons whose words stay for screen readers. */
export function SideBar({ onHelp }: { readonly onHelp: () => void }): ReactNode {
  const path = usePath();
  const pairs = usePairs() ?? [];
  const open = pairs.reduce((sum, { conflicts }) => sum + conflicts.open, 0);
  return (
    <aside className={css.sidebar} aria-label="Tandem" data-pane="side bar">
      <Link className={css.brand} to={addresses.overview()}>
        <Mark />
        <span className={css.brandWord}>Tandem</span>
      </Link>
      <StateOfAll />
      <nav className={css.navGroup} aria-label={t('nav.pages')}>
        {places.map(({ to, label, icon }) => (
          <Tooltip key={to} text={t(label)} side="right">
            <Link className={css.navItem} to={to} {...(isAt(path, to) ? { 'aria-current': 'page' as const } : {})}>
              <Icon of={icon} />
              <span className={css.navLabel}>{t(label)}</span>
              {label === 'nav.conflicts' && open > 0 ? <Count n={open} waits /> : null}
            </Link>
          </Tooltip>
        ))}
      </nav>
      <Pairs />
      <div className={css.sidebarFoot}>
        <Link
          className={css.navItem}
          to={addresses.settings()}
          {...(isAt(path, '/settings') ? { 'aria-current': 'page' as const } : {})}
        >
          <Icon of={Settings} />
          <span className={css.navLabel}>{t('nav.settings')}</span>
        </Link>
        <button type="button" className={cx(css.navItem, css.navButton)} onClick={onHelp}>
          <Icon of={CircleQuestionMark} />
          <span className={css.navLabel}>{t('nav.help')}</span>
          <kbd className={cx(chip.kbd, css.kindHint)} aria-hidden="true">
            ?
          </kbd>
        </button>
      </div>
    </aside>
  );
}

const isAt = (path: string, to: string): boolean => path === to || path.startsWith(`${to}/`);

function Pairs(): ReactNode {
  const path = usePath();
  const pairs = usePairs();
  const progress = useWindow((state) => state.progress);
  return (
    <nav className={css.navGroup} aria-label={t('nav.pairs')}>
      <div className={css.navHead}>
        <span>{t('nav.pairs')}</span>
        <ButtonLink kind="quiet" size="small" icon={Plus} iconOnly={t('nav.addPair')} to={addresses.add()} />
      </div>
      {byNeed(pairs ?? []).map((status) => {
        const { mark, to } = shownState(status, progress[status.pair]);
        const word = t(`state.word.${mark}`);
        const here = path.startsWith(`/pair/${encodeURIComponent(status.pair)}/`);
        return (
          <Tooltip key={status.pair} text={`${status.pair}: ${word}`} side="right">
            <Link className={css.navItem} to={to} {...(here ? { 'aria-current': 'page' as const } : {})}>
              <StateIcon mark={mark} />
              <span className={css.navLabel}>{status.pair}</span>
              <span className="srOnly">{word}</span>
              {status.conflicts.open > 0 ? <Count n={status.conflicts.open} waits /> : null}
            </Link>
          </Tooltip>
        );
      })}
    </nav>
  );
}

/** Amber: it needs a person. In the rail from ten thousand on in short. */
function Count({ n, waits }: { readonly n: number; readonly waits: boolean }): ReactNode {
  const state = waits ? { 'data-state': 'wait' } : {};
  return (
    <>
      <span className={chip.count} data-long="" {...state} aria-hidden="true">
        {number(n)}
      </span>
      <span className={chip.count} data-short="" {...state} aria-hidden="true">
        {shortNumber(n)}
      </span>
      <span className="srOnly">{t('nav.open', { n })}</span>
    </>
  );
}
