import type { ReactNode } from 'react';
import { useState } from 'react';
import type { WireHold } from '../../../shared/contract/conflict-shapes.ts';
import { cx } from '../../components/cx.ts';
import { EmptyState, Shown } from '../../components/empty.tsx';
import { Facts } from '../../components/facts.tsx';
import { PageBody } from '../../components/page.tsx';
import table from '../../components/table.module.css';
import { valueCell } from '../../model/export.ts';
import { fieldOf } from '../../model/records.ts';
import { useCall } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import { HistoryHead, PairPicker, ViewPicker, type Exported } from './history-head.tsx';
import css from './history.module.css';
import { HoldGroup } from './hold-group.tsx';
import { OneHoldDialog, type OneChoice } from './one-hold-dialog.tsx';
import { ManyHoldsDialog, type ManyChoice } from './many-holds-dialog.tsx';

interface ViewProps {
  readonly pair: string;
  readonly onPair: (pair: string) => void;
}

const MOST = 500;

/** What rests after an undo, by the run that was undone, with the answers for one record and for all. */
export function HoldsView({ pair, onPair }: ViewProps): ReactNode {
  const holds = useCall('holds.list', { ...(pair === '' ? {} : { pair }), limit: MOST }, [
    'holds',
    'runs',
    'conflicts',
  ]);
  const [one, setOne] = useState<OneChoice>();
  const [many, setMany] = useState<ManyChoice>();
  const list = holds.data ?? [];
  const waiting = list.filter(({ kept }) => kept === null).length;
  return (
    <>
      <HistoryHead
        view="holds"
        facts={holds.data === undefined ? ' ' : waiting === 0 ? t('holds.empty') : t('holds.facts', { n: waiting })}
        exported={list.length === 0 ? undefined : () => exportHolds(list)}
      />
      <PageBody flush>
        <div className={css.historyBody}>
          <div className={cx(table.toolbar, css.historyBar)}>
            <ViewPicker view="holds" pair={pair} />
            <PairPicker pair={pair} onChange={onPair} />
          </div>
          <div className={css.holds}>
            <Shown of={holds}>
              {(all) =>
                all.length === 0 ? (
                  <EmptyState mark="step" title={t('holds.empty')}>
                    {t('holds.emptyNext')}
                  </EmptyState>
                ) : (
                  <>
                    {[...Map.groupBy(all, (hold) => `${hold.pair} ${hold.undoneRun}`)].map(([name, group]) => (
                      <HoldGroup key={name} holds={group} onOne={setOne} onMany={setMany} />
                    ))}
                    <div className="prose">
                      <Facts
                        of={[
                          [t('holds.send-again'), t('holds.means.send-again')],
                          [t('holds.old-on-both'), t('holds.means.old-on-both')],
                          [t('holds.choice.take'), t('holds.means.take')],
                          [t('holds.keep-apart'), t('holds.means.keep-apart')],
                          [t('holds.editName'), t('holds.means.edit')],
                        ]}
                      />
                    </div>
                  </>
                )
              }
            </Shown>
          </div>
        </div>
      </PageBody>
      {one === undefined ? null : <OneHoldDialog choice={one} onClose={() => setOne(undefined)} />}
      {many === undefined ? null : <ManyHoldsDialog choice={many} onClose={() => setMany(undefined)} />}
    </>
  );
}

const exportHolds = (list: readonly WireHold[]): Exported => ({
  head: ['pair', 'collection', 'key', 'undone run', 'since', 'fields', 'A', 'B', 'kept apart by'],
  rows: list.map(({ pair, collection, key, undoneRun, at, fields, local, remote, kept }) => [
    pair,
    collection,
    key.text,
    undoneRun,
    at,
    fields.join(', '),
    fields.map((field) => valueCell(fieldOf(local, field))).join(', '),
    fields.map((field) => valueCell(fieldOf(remote, field))).join(', '),
    kept?.by ?? null,
  ]),
  all: list,
});
