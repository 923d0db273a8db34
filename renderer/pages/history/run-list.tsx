import type { ReactNode } from 'react';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import { Link } from '../../components/link.tsx';
import { rowKeys } from '../../components/row-keys.ts';
import { StateIcon } from '../../components/state-icon.tsx';
import table from '../../components/table.module.css';
import { addresses } from '../../model/addresses.ts';
import { number } from '../../text/numbers.ts';
import { t } from '../../text/text.ts';
import css from './history.module.css';
import { dayText, markOf, noteOf, writtenOn } from './run-words.ts';

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

interface ListProps {
  readonly runs: readonly WireRun[];
  readonly chosen: WireRun | undefined;
}

const isSame = (one: WireRun, other: WireRun | undefined): boolean => one.id === other?.id && one.pair === other.pair;

/** Runs by day, the newest first; arrows go from one to the next, Enter opens it beside. */
export function RunList({ runs, chosen }: ListProps): ReactNode {
  const days = [...Map.groupBy(runs, ({ startTime }) => dayText(startTime))];
  return (
    <div role="listbox" aria-label={t('history.list')} onKeyDown={rowKeys}>
      {days.map(([day, some]) => (
        <div key={day} role="group" aria-label={day}>
          <div className={table.listHead} role="presentation">
            {day}
          </div>
          {some.map((run) => {
            const { A, B } = writtenOn(run);
            const isChosen = isSame(run, chosen);
            return (
              <Link
                key={`${run.pair} ${run.id}`}
                className={css.runRow}
                role="option"
                aria-selected={isChosen}
                data-row=""
                tabIndex={isChosen ? 0 : -1}
                to={addresses.historyRun(run.id, run.pair)}
              >
                <span className={css.runTime}>{clock.format(Date.parse(run.startTime))}</span>
                <StateIcon mark={markOf(run)} />
                <span className="grow">
                  <span className={`${css.runLine} medium clip`}>
                    {t('history.run', { pair: run.pair, run: run.id })}
                  </span>
                  <span className={`${css.runLine} tiny faint clip`}>{noteOf(run)}</span>
                </span>
                <span className="tiny muted nowrap num">{t('history.moved', { up: number(B), down: number(A) })}</span>
              </Link>
            );
          })}
        </div>
      ))}
    </div>
  );
}
