import { ChevronDown, Pause, RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import button from '../components/button.module.css';
import { Icon } from '../components/icon.tsx';
import { Menu } from '../components/menu.tsx';
import { needsOf } from '../model/needs.ts';
import { shownState, type StateMark } from '../model/pair-state.ts';
import { usePairs, useWindow } from '../store/hooks.ts';
import { t } from '../text/text.ts';
import css from './frame.module.css';
import { usePauseEntries } from './pause.ts';
import { useSync } from './use-sync-all.ts';

/** Always in sight: how everything stands, Sync all now, Pause. */
export function StateOfAll(): ReactNode {
  const sync = useSync();
  const pauseEntries = usePauseEntries();
  return (
    <section className={css.trayState} aria-label={t('frame.state')}>
      <p>
        <Sentence />
      </p>
      <div className={css.trayButtons}>
        <button type="button" className={button.button} data-small="" onClick={() => sync()}>
          <Icon of={RefreshCw} size="small" />
          <span className={css.buttonLabel}>{t('action.syncAll')}</span>
        </button>
        <Menu
          trigger={
            <button type="button" className={button.button} data-small="" aria-label={t('action.pause')}>
              <Icon of={Pause} size="small" />
              <span className={css.buttonLabel}>
                <Icon of={ChevronDown} size="small" />
              </span>
            </button>
          }
          entries={pauseEntries}
        />
      </div>
    </section>
  );
}

function Sentence(): ReactNode {
  const link = useWindow((state) => state.link.kind);
  const pairs = usePairs();
  if (link === 'gone') return <strong className="medium">{t('frame.engineGone')}</strong>;
  if (pairs === null) return <span className="muted">{t('frame.loading')}</span>;
  if (pairs.length === 0) return <span className="muted">{t('frame.noPairs')}</span>;
  const n = needsOf(pairs).length;
  if (n > 0)
    return (
      <>
        <strong className="medium">{t('frame.needs', { n })}</strong> <span className="muted">{t('frame.rest')}</span>
      </>
    );
  const count = (mark: StateMark): number => pairs.filter((status) => shownState(status).mark === mark).length;
  if (count('off') > 0) return t('frame.offline', { n: count('off') });
  if (count('sync') > 0) return t('frame.syncing', { n: count('sync') });
  if (count('pause') > 0) return t('frame.paused', { n: count('pause') });
  return t('frame.allGood');
}
