import { History } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import { Button } from '../../components/button.tsx';
import { cx } from '../../components/cx.ts';
import { EmptyState, Shown } from '../../components/empty.tsx';
import { PageBody, Pane } from '../../components/page.tsx';
import page from '../../components/page.module.css';
import { Select } from '../../components/select.tsx';
import table from '../../components/table.module.css';
import { addresses } from '../../model/addresses.ts';
import { go } from '../../router/location.ts';
import { useCall } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import { HistoryHead, PairPicker, ViewPicker, type Exported } from './history-head.tsx';
import css from './history.module.css';
import { RunDetail } from './run-detail.tsx';
import { RunList } from './run-list.tsx';
import { fits, kindsOfRuns, touched, writtenOn, type KindOfRun } from './run-words.ts';

const FIRST = 200;
const MOST = 100_000;

/** Every run, narrowed by pair, kind and collection, and beside it the one that is looked at. */
export function RunsView({ pair, id }: { readonly pair: string; readonly id: number | undefined }): ReactNode {
  const [limit, setLimit] = useState(FIRST);
  const [kind, setKind] = useState<KindOfRun>('all');
  const [collection, setCollection] = useState('');
  const [filter, setFilter] = useState(id === undefined ? pair : '');
  const runs = useCall('runs.list', { ...(filter === '' ? {} : { pair: filter }), limit }, ['runs']);
  const shown = (runs.data ?? []).filter((run) => fits(run, kind, collection));
  const chosen =
    shown.find((run) => run.id === id && (pair === '' || run.pair === pair)) ??
    (id === undefined ? shown[0] : undefined);
  const clear = (): void => {
    setKind('all');
    setCollection('');
    setFilter('');
  };
  return (
    <>
      <HistoryHead view="runs" exported={shown.length === 0 ? undefined : () => exportRuns(shown)} />
      <PageBody flush>
        <div className={cx(page.split, css.splitHistory)}>
          <Pane label={t('history.list')}>
            <div className={cx(table.toolbar, css.historyBar)}>
              <ViewPicker view="runs" pair={filter} />
              <PairPicker
                pair={filter}
                onChange={(name) => {
                  setFilter(name);
                  setCollection('');
                  go(addresses.history('runs', name), { replace: true });
                }}
              />
              <Select
                quiet
                label={t('history.what')}
                value={kind}
                options={kindsOfRuns.map((value) => ({ value, label: t(`history.what.${value}`) }))}
                onChange={setKind}
              />
              <CollectionPicker runs={runs.data ?? []} value={collection} onChange={setCollection} />
            </div>
            <Shown of={runs}>
              {(all) =>
                shown.length === 0 ? (
                  <EmptyState
                    icon={History}
                    title={t(all.length === 0 ? 'history.empty' : 'history.emptyFilter')}
                    actions={all.length === 0 ? undefined : <Button onClick={clear}>{t('history.clear')}</Button>}
                  />
                ) : (
                  <>
                    <RunList runs={shown} chosen={chosen} />
                    {all.length < limit ? null : (
                      <p className={css.moreRuns}>
                        <Button size="small" onClick={() => setLimit(Math.min(MOST, limit * 5))}>
                          {t('history.more')}
                        </Button>
                      </p>
                    )}
                  </>
                )
              }
            </Shown>
          </Pane>
          <Pane label={t('history.detail')}>
            <Detail id={id ?? chosen?.id} pair={chosen?.pair ?? pair} />
          </Pane>
        </div>
      </PageBody>
    </>
  );
}

/** The run whole: what an undo took back of it stands in no list. */
function Detail({ id, pair }: { readonly id: number | undefined; readonly pair: string }): ReactNode {
  const run = useCall(id === undefined ? null : 'runs.show', { id: id ?? 1, ...(pair === '' ? {} : { pair }) }, [
    'runs',
  ]);
  if (id === undefined) return null;
  return <Shown of={run}>{(report) => <RunDetail key={`${report.pair} ${report.id}`} run={report} />}</Shown>;
}

function CollectionPicker({
  runs,
  value,
  onChange,
}: {
  readonly runs: readonly WireRun[];
  readonly value: string;
  readonly onChange: (name: string) => void;
}): ReactNode {
  const names = [...new Set(runs.flatMap(touched))].toSorted();
  if (names.length < 2) return null;
  return (
    <Select
      quiet
      label={t('history.collection')}
      value={value}
      options={[
        { value: '', label: t('history.allCollections') },
        ...names.map((name) => ({ value: name, label: name })),
      ]}
      onChange={onChange}
    />
  );
}

const exportRuns = (runs: readonly WireRun[]): Exported => ({
  head: [
    'run',
    'pair',
    'began',
    'ended',
    'outcome',
    'trigger',
    'who',
    'written to B',
    'written to A',
    'conflicts',
    'error',
  ],
  rows: runs.map((run) => [
    run.id,
    run.pair,
    run.startTime,
    run.endTime,
    run.outcome,
    run.trigger,
    run.who,
    writtenOn(run).B,
    writtenOn(run).A,
    Object.values(run.conflicts).reduce((sum, n) => sum + n, 0),
    run.error?.message ?? null,
  ]),
  all: runs,
});
