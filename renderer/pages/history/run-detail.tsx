import { Undo2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { cx } from '../../components/cx.ts';
import { Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/notice.tsx';
import page from '../../components/page.module.css';
import table from '../../components/table.module.css';
import { UndoDialog } from '../../components/undo-dialog.tsx';
import { addresses } from '../../model/addresses.ts';
import { useLabels, type Labels } from '../../store/use-labels.ts';
import { number } from '../../text/numbers.ts';
import { duration, exactTime, time } from '../../text/times.ts';
import { t } from '../../text/text.ts';
import css from './history.module.css';
import { RunRecords } from './run-records.tsx';
import { conflictsOf, howText, markOf, outcomeText, touched, writtenOn } from './run-words.ts';

interface DetailProps {
  readonly run: WireRun;
  /** On a page of its own, whose head has the name of the run. */
  readonly plain?: boolean;
}

/** One run: how it ended, what it moved, every record it wrote, and the way back. */
export function RunDetail({ run, plain = false }: DetailProps): ReactNode {
  const labels = useLabels(run.pair);
  const [undoing, setUndoing] = useState(false);
  const { A, B } = writtenOn(run);
  return (
    <div className={plain ? css.runPage : page.paneBody}>
      <div className="rowTop">
        <div className="stackTight grow">
          {plain ? null : (
            <>
              <p className={page.crumb}>{run.pair}</p>
              <h2 className="title">{t('history.runTitle', { run: run.id })}</h2>
            </>
          )}
          <p className="small muted">
            {whenText(run)} {t('history.startedBy', { how: howText(run) })}
          </p>
        </div>
        {A + B === 0 ? null : (
          <Button icon={Undo2} onClick={() => setUndoing(true)}>
            {t('undo.this')}
          </Button>
        )}
      </div>
      <Outcome run={run} />
      <Moved run={run} />
      <ByCollection run={run} labels={labels} />
      <RunFacts run={run} />
      {A + B === 0 ? null : <RunRecords run={run} labels={labels} />}
      {undoing ? <UndoDialog pair={run.pair} run={run.id} onClose={() => setUndoing(false)} /> : null}
    </div>
  );
}

const took = (seconds: number): string => (seconds < 1 ? t('history.underSecond') : duration(seconds));

function whenText({ startTime, endTime, durationSeconds }: WireRun): string {
  const day = time(startTime, Date.now(), { clockToo: false }).replace(/ ?\d\d:\d\d$/, '');
  const from = `${day} ${exactTime(startTime)}`.trim();
  return endTime === null
    ? t('history.began', { from })
    : t('history.span', { from, to: exactTime(endTime), t: took(durationSeconds ?? 0) });
}

function Outcome({ run }: { readonly run: WireRun }): ReactNode {
  const [brake] = run.brakes;
  const waiting = conflictsOf(run);
  return (
    <Notice
      mark={markOf(run)}
      title={run.error?.message ?? outcomeText(run)}
      actions={
        brake !== undefined && brake.answer === null ? (
          <ButtonLink size="small" to={addresses.brake(run.pair, brake.collection)}>
            {t('plan.toBrake')}
          </ButtonLink>
        ) : waiting > 0 ? (
          <ButtonLink size="small" to={addresses.conflicts({ pair: run.pair })}>
            {t('brake.toConflicts')}
          </ButtonLink>
        ) : undefined
      }
    >
      {run.error !== null ? <p>{outcomeText(run)}</p> : null}
      {brake === undefined ? null : <p>{brake.cause}</p>}
      {waiting === 0 ? null : <p>{t('history.waiting', { n: waiting })}</p>}
    </Notice>
  );
}

/** What a plan named and the run left out, because it had changed since. */
function Moved({ run: { moved, pair } }: DetailProps): ReactNode {
  if (moved.total === 0) return null;
  const list = moved.records.map(({ collection, key }) => `${collection} ${key.text}`).join(', ');
  return (
    <div className="stackTight">
      <p className="strong">{t('run.movedTitle', { n: moved.total })}</p>
      <p className="small muted">{t('run.movedNext', { list })}</p>
      <div className="row">
        <ButtonLink size="small" to={addresses.plan(pair)}>
          {t('run.planAgain')}
        </ButtonLink>
      </div>
    </div>
  );
}

function ByCollection({ run, labels }: { readonly run: WireRun; readonly labels: Labels }): ReactNode {
  const { localToRemote, remoteToLocal, conflicts } = run;
  const names = touched(run);
  if (names.length === 0) return null;
  const sum = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((all, n) => all + n, 0);
  return (
    <div className={table.tableInset}>
      <table className={table.table}>
        <thead>
          <tr>
            <th>{t('history.col.collection')}</th>
            <th className="num">{t('history.col.to', { side: labels.B })}</th>
            <th className="num">{t('history.col.to', { side: labels.A })}</th>
            <th className="num">{t('history.col.held')}</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <td className="mono">{name}</td>
              <Number of={localToRemote[name] ?? 0} />
              <Number of={remoteToLocal[name] ?? 0} />
              <Number of={conflicts[name] ?? 0} />
            </tr>
          ))}
          {names.length === 1 ? null : (
            <tr className="strong">
              <td>{t('history.together')}</td>
              <Number of={sum(localToRemote)} />
              <Number of={sum(remoteToLocal)} />
              <Number of={sum(conflicts)} />
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

const Number = ({ of }: { readonly of: number }): ReactNode => (
  <td className={cx('num', of === 0 && 'faint')}>{number(of)}</td>
);

function RunFacts({ run }: { readonly run: WireRun }): ReactNode {
  const { replanned, adopted, recovered, parked, withheld, drift, notCompared } = run;
  const facts: readonly (readonly [string, string] | null)[] = [
    replanned > 0 ? [t('history.fact.replanned'), t('run.retry', { n: replanned })] : null,
    adopted > 0 ? [t('history.fact.adopted'), t('history.fact.adoptedText', { n: adopted })] : null,
    recovered > 0 ? [t('history.fact.recovered'), t('history.fact.recoveredText', { n: recovered })] : null,
    parked > 0 ? [t('history.fact.parked'), t('history.fact.parkedText', { n: parked })] : null,
    withheld > 0 ? [t('history.fact.withheld'), t('history.fact.withheldText', { n: withheld })] : null,
    drift > 0 ? [t('history.fact.drift'), t('history.fact.withheldText', { n: drift })] : null,
    notCompared.length > 0 ? [t('history.fact.notCompared'), notCompared.join('; ')] : null,
  ];
  const known = facts.filter((fact) => fact !== null);
  return known.length === 0 ? null : <Facts of={known} />;
}
