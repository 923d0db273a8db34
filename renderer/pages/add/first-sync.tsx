import type { ReactNode } from 'react';
import type { WireAddReport, WirePreview } from '../../../shared/contract/pair-shapes.ts';
import { Checkbox } from '../../components/choice.tsx';
import { Fold } from '../../components/fold.tsx';
import page from '../../components/page.module.css';
import table from '../../components/table.module.css';
import { Value } from '../../components/value.tsx';
import { number } from '../../text/numbers.ts';
import { t } from '../../text/text.ts';
import { time } from '../../text/times.ts';
import css from './add.module.css';
import type { StepProps } from './page.tsx';
import { wayWords } from './collections.ts';
import { sumOf, waysOf, type Sums } from './sums.ts';
import { Tiles } from './tiles.tsx';

interface Props extends StepProps {
  readonly report: WireAddReport;
  readonly at: string;
}

/** The counts of the first comparison, what has to be decided, and what would be made before it. */
export function FirstSync({ report, at, adding, only }: Props): ReactNode {
  const sums = sumOf(report);
  const all = sums.equal + sums.onlyA + sums.onlyB + sums.different;
  return (
    <>
      <div className="stackTight">
        <h2 className={css.flowTitle}>{headline(sums, only)}</h2>
        <p className="muted">{t('add.first.sub', { time: time(at), n: all })}</p>
      </div>
      <Tiles sums={sums} only={only} />
      {sums.different > 0 && only === undefined ? (
        <Told title={t('add.first.differ', { n: sums.different })} next={t('add.first.differ.next')} />
      ) : null}
      {sums.uniqueClashes > 0 ? (
        <Told
          title={t('add.first.unique', { n: sums.uniqueClashes })}
          next={t(only === undefined ? 'add.first.unique.next' : 'add.compare.unique.next')}
        />
      ) : null}
      <Expiry report={report} adding={adding} />
      {report.preview === null ? null : <ByCollection of={report.preview} pair={report.pair} only={only} />}
      <More report={report} only={only} />
    </>
  );
}

function headline({ onlyA, onlyB, different, uniqueClashes, copied }: Sums, only: 'compare' | undefined): string {
  const asks = different + uniqueClashes;
  const differing = onlyA + onlyB + different;
  if (only === 'compare')
    return differing === 0 ? t('add.compare.result.equal') : t('add.compare.result', { n: differing });
  if (asks > 0) return t('add.first.title.ask', { n: asks });
  return copied === 0 ? t('add.first.title.equal') : t('add.first.title.copy', { n: copied });
}

const Told = ({ title, next }: { readonly title: string; readonly next: string }): ReactNode => (
  <section className="stackTight">
    <h3 className="medium">{title}</h3>
    <p className="muted small">{next}</p>
  </section>
);

/** Deleting by itself on the other side is never agreed to beforehand. */
function Expiry({ report, adding: { draft, change } }: Pick<Props, 'report' | 'adding'>): ReactNode {
  if (!report.findings.some(({ asks }) => asks === true)) return null;
  return (
    <section className="stackTight">
      <Checkbox label={t('add.expiry')} checked={draft.expiry} onChange={(expiry) => change({ expiry })} />
      <p className="muted small">{t('add.expiry.next')}</p>
    </section>
  );
}

interface ByCollectionProps {
  readonly of: WirePreview;
  readonly pair: WireAddReport['pair'];
  readonly only: 'compare' | undefined;
}

const ByCollection = ({ of: { collections }, pair, only }: ByCollectionProps): ReactNode => (
  <section className={page.section}>
    <div className={page.sectionHead}>
      <h3>{t('add.first.collections')}</h3>
    </div>
    <div className={table.tableInset}>
      <table className={table.table}>
        <caption className="srOnly">{t('add.first.collections')}</caption>
        <thead>
          <tr>
            <th>{t('add.first.collection')}</th>
            {only === undefined ? <th>{t('add.direction')}</th> : null}
            <th className="num">{t('add.tile.equal')}</th>
            <th className="num">{t('add.tile.onlyA')}</th>
            <th className="num">{t('add.tile.onlyB')}</th>
            <th className="num">{t('add.tile.different')}</th>
            <th className="num">{t('add.tile.unique')}</th>
          </tr>
        </thead>
        <tbody>
          {collections.map(({ name, equal, onlyA, onlyB, different, uniqueClashes }) => (
            <tr key={name}>
              <td className="medium">
                <Value of={name} />
              </td>
              {only === undefined ? <td>{t(wayWords[waysOf(pair).get(name) ?? pair.direction])}</td> : null}
              <td className="num">{number(equal)}</td>
              <td className="num">{number(onlyA)}</td>
              <td className="num">{number(onlyB)}</td>
              <td className="num">{number(different)}</td>
              <td className="num">{number(uniqueClashes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </section>
);

/** A table that has no key was shown before, with a field for its key. */
const isNews = ({ collection, text }: WireAddReport['findings'][number]): boolean =>
  collection !== '' || !text.startsWith('table ');

function More({ report: { findings: all, create, preview }, only }: Pick<Props, 'report' | 'only'>): ReactNode {
  const findings = all.filter(isNews);
  const statements = create.flatMap(({ side, statements: made }) =>
    made.map((statement) => `${t(`add.side.${side}`)}: ${statement}`),
  );
  const notCompared = preview?.notCompared ?? [];
  return (
    <div>
      {findings.length === 0 ? null : (
        <Fold label={t('add.first.findings', { n: findings.length })} open={findings.length <= 3}>
          <ul className={css.plainList}>
            {findings.map(({ collection, text }, i) => (
              <li key={i}>{collection === '' ? text : `${collection}: ${text}`}</li>
            ))}
          </ul>
        </Fold>
      )}
      {notCompared.length === 0 ? null : (
        <Fold label={t('add.first.notCompared', { n: notCompared.length })}>
          <ul className={css.plainList}>
            {notCompared.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </Fold>
      )}
      {statements.length === 0 || only === 'compare' ? null : (
        <Fold label={t('add.first.made', { n: statements.length })}>
          <pre className={css.statements}>{statements.join('\n')}</pre>
        </Fold>
      )}
    </div>
  );
}
