import { useState, type ReactNode } from 'react';
import type { WireRun, WireRunRecords } from '../../../shared/contract/run-shapes.ts';
import { Button } from '../../components/button.tsx';
import { Change } from '../../components/change.tsx';
import { Shown } from '../../components/empty.tsx';
import { Fold } from '../../components/fold.tsx';
import { Link } from '../../components/link.tsx';
import page from '../../components/page.module.css';
import { addresses } from '../../model/addresses.ts';
import { differing, fieldOf, type State } from '../../model/records.ts';
import { useCall } from '../../store/hooks.ts';
import type { Labels } from '../../store/use-labels.ts';
import { t } from '../../text/text.ts';
import css from './history.module.css';

type Written = WireRunRecords['records'][number];
interface RecordsProps {
  readonly run: WireRun;
  readonly labels: Labels;
}

const FIRST = 50;
const ALL = 100_000;
const words = { insert: 'history.inserted', update: 'history.updated', delete: 'history.deleted' } as const;

/** Every record that a run wrote; unfolded, each with what it was and what it became. */
export function RunRecords({ run: { id, pair }, labels }: RecordsProps): ReactNode {
  const [limit, setLimit] = useState(FIRST);
  const records = useCall('runs.records', { pair, id, limit }, ['runs']);
  return (
    <section className={page.section} aria-labelledby="records">
      <Shown of={records} rows={3}>
        {({ total, records: list }) => (
          <>
            <div className={page.sectionHead}>
              <h3 id="records">{t('history.records', { n: total })}</h3>
            </div>
            <p className="small muted">{t('history.ifUndone')}</p>
            <div>
              {list.map((record) => (
                <Fold key={`${record.collection} ${record.key.hex}`} label={labelOf(record, labels)}>
                  <Values pair={pair} run={id} record={record} labels={labels} />
                </Fold>
              ))}
            </div>
            {list.length >= total ? null : (
              <p className="small muted row">
                {t('history.recordsShown', { n: list.length, all: total })}
                <Button size="small" onClick={() => setLimit(ALL)}>
                  {t('history.recordsAll')}
                </Button>
              </p>
            )}
          </>
        )}
      </Shown>
    </section>
  );
}

function labelOf({ collection, key, op, undone }: Written, labels: Labels): string {
  const done = (['A', 'B'] as const).flatMap((side) => {
    const what = op[side];
    return what === null ? [] : [t(words[what], { side: labels[side] })];
  });
  return [`${collection} ${key.text}`, ...done, ...(undone ? [t('history.recordUndone')] : [])].join(' · ');
}

interface ValuesProps {
  readonly pair: string;
  readonly run: number;
  readonly record: Written;
  readonly labels: Labels;
}

/** What the run made of one record, side by side with what it was before. */
function Values({ pair, run, record: { collection, key }, labels }: ValuesProps): ReactNode {
  const timeline = useCall('records.timeline', { pair, collection, key: { hex: key.hex } }, ['runs']);
  return (
    <div className={css.recordValues}>
      <Shown of={timeline} rows={2}>
        {(entries) => {
          const writes = entries.filter(
            (entry) => entry.run === run && (entry.what === 'written' || entry.what === 'undone'),
          );
          return (
            <div className="stack small">
              {writes.length === 0 ? <p className="faint">{t('history.noValues')}</p> : null}
              {writes.map(({ side, before, after, at }) => (
                <div key={`${side} ${at}`} className="stackTight">
                  <p className="faint tiny">{sideText(before, after, side === null ? '' : labels[side])}</p>
                  {differing(before, after).map((field) => (
                    <Change key={field} field={field} before={fieldOf(before, field)} after={fieldOf(after, field)} />
                  ))}
                </div>
              ))}
              <p>
                <Link to={addresses.record(pair, collection, key)}>{t('history.toTimeline')}</Link>
              </p>
            </div>
          );
        }}
      </Shown>
    </div>
  );
}

const sideText = (before: State, after: State, side: string): string =>
  t(before === null ? 'history.addedHere' : after === null ? 'history.goneHere' : 'history.changedHere', { side });
