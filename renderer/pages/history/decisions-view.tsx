import { Gavel, Undo2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { WireDecision } from '../../../shared/contract/window-shapes.ts';
import { Button } from '../../components/button.tsx';
import { cx } from '../../components/cx.ts';
import { EmptyState, Shown } from '../../components/empty.tsx';
import { Link } from '../../components/link.tsx';
import { PageBody } from '../../components/page.tsx';
import table from '../../components/table.module.css';
import { UndoDialog } from '../../components/undo-dialog.tsx';
import { addresses } from '../../model/addresses.ts';
import { useCall } from '../../store/hooks.ts';
import { number } from '../../text/numbers.ts';
import { time } from '../../text/times.ts';
import { t } from '../../text/text.ts';
import { HistoryHead, PairPicker, ViewPicker, type Exported } from './history-head.tsx';
import css from './history.module.css';

interface ViewProps {
  readonly pair: string;
  readonly onPair: (pair: string) => void;
}

const MOST = 1000;

/** Who decided what, when and why; what was written by it can be taken back. */
export function DecisionsView({ pair, onPair }: ViewProps): ReactNode {
  const decisions = useCall('decisions.list', { ...(pair === '' ? {} : { pair }), limit: MOST }, [
    'conflicts',
    'runs',
    'holds',
    'brakes',
  ]);
  const [undoing, setUndoing] = useState<{ readonly pair: string; readonly run: number }>();
  const list = decisions.data ?? [];
  return (
    <>
      <HistoryHead view="decisions" exported={list.length === 0 ? undefined : () => exportDecisions(list)} />
      <PageBody flush>
        <div className={css.historyBody}>
          <div className={cx(table.toolbar, css.historyBar)}>
            <ViewPicker view="decisions" pair={pair} />
            <PairPicker pair={pair} onChange={onPair} />
          </div>
          <Shown of={decisions}>
            {(all) =>
              all.length === 0 ? (
                <EmptyState icon={Gavel} title={t('decisions.empty')}>
                  {t('decisions.emptyNext')}
                </EmptyState>
              ) : (
                <table className={cx(table.table, table.tableTall)}>
                  <caption className="srOnly">{t('decisions.caption')}</caption>
                  <thead>
                    <tr>
                      <th>{t('decisions.head.when')}</th>
                      <th>{t('decisions.head.what')}</th>
                      <th>{t('decisions.head.who')}</th>
                      <th className="num">{t('decisions.head.records')}</th>
                      <th>{t('decisions.head.undo')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {all.map((decision) => (
                      <tr key={`${decision.pair} ${decision.id}`}>
                        <td className="nowrap faint">{time(decision.at, Date.now(), { clockToo: true })}</td>
                        <td>
                          <What decision={decision} />
                        </td>
                        <td>{decision.by}</td>
                        <td className="num">{number(decision.records)}</td>
                        <td>
                          <Back decision={decision} onUndo={setUndoing} />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              )
            }
          </Shown>
        </div>
      </PageBody>
      {undoing === undefined ? null : <UndoDialog {...undoing} onClose={() => setUndoing(undefined)} />}
    </>
  );
}

const What = ({ decision: { pair, kind, what, notes, subject } }: { readonly decision: WireDecision }): ReactNode => (
  <div className={cx('stackTight', css.decisionWhat)}>
    <p className="tiny faint">
      {t(`decisions.kind.${kind}`)} · {pair}
      {subject === null ? null : (
        <>
          {' · '}
          <Link to={addresses.record(pair, subject.collection, subject.key)}>
            {subject.collection}{' '}
            {subject.title === subject.key.text ? subject.title : `${subject.title} (${subject.key.text})`}
          </Link>
        </>
      )}
    </p>
    <p className="medium">{what}</p>
    {notes === '' ? null : <p className="muted small">{t('decisions.note', { text: notes })}</p>}
  </div>
);

function Back({
  decision: { pair, run, undone, what },
  onUndo,
}: {
  readonly decision: WireDecision;
  readonly onUndo: (what: { readonly pair: string; readonly run: number }) => void;
}): ReactNode {
  if (undone !== null)
    return (
      <Link className="small" to={addresses.historyRun(undone.run, pair)}>
        {t('decisions.undone', { run: undone.run, time: time(undone.at) })}
      </Link>
    );
  if (run === null) return <span className="small faint">{t('decisions.nothing')}</span>;
  return (
    <Button
      size="small"
      icon={Undo2}
      aria-label={`${t('undo.decision')} ${what}`}
      onClick={() => onUndo({ pair, run })}
    >
      {t('undo.decision')}
    </Button>
  );
}

const exportDecisions = (list: readonly WireDecision[]): Exported => ({
  head: ['when', 'pair', 'kind', 'who', 'collection', 'key', 'what', 'notes', 'records', 'run', 'taken back by run'],
  rows: list.map(({ at, pair, kind, by, subject, what, notes, records, run, undone }) => [
    at,
    pair,
    kind,
    by,
    subject?.collection ?? null,
    subject?.key.text ?? null,
    what,
    notes,
    records,
    run,
    undone?.run ?? null,
  ]),
  all: list,
});
