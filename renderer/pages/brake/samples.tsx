import { useMemo, useState, type ReactNode } from 'react';
import { spread } from '../../../shared/lib/spread.ts';
import type { WireBrake } from '../../../shared/contract/run-shapes.ts';
import { Button } from '../../components/button.tsx';
import page from '../../components/page.module.css';
import { saveFile } from '../../components/save-file.ts';
import table from '../../components/table.module.css';
import { Value } from '../../components/value.tsx';
import { csv, valueCell } from '../../model/export.ts';
import { differing, fieldNames, fieldOf, type State } from '../../model/records.ts';
import type { Labels } from '../../store/use-labels.ts';
import { t } from '../../text/text.ts';

type Sample = WireBrake['samples'][number];
interface SamplesProps {
  readonly brake: WireBrake;
  readonly labels: Labels;
}

/** So many are shown until a person asks for more. */
const SHOWN = 20;
/** So many fields fit beside the key. */
const FIELDS = 3;
const CHANGES = 3;

/** Up to twenty of the records, from the whole range: as they are where they still are, or what differs. */
export function Samples({ brake: { samples, count, pair, collection }, labels }: SamplesProps): ReactNode {
  const all = useMemo(() => fieldNames(...samples.flatMap(({ local, remote }) => [local, remote])), [samples]);
  const [whole, setWhole] = useState(false);
  if (samples.length === 0) return null;
  const oneSided = samples.every(({ local, remote }) => local === null || remote === null);
  const fields = all
    .filter((field) => samples.some((sample) => textOf(sample, field) !== sample.key.text))
    .slice(0, FIELDS);
  const total = Math.max(count, samples.length);
  const shown = whole ? samples : spread(samples, SHOWN);
  const save = (): void => {
    const head = [
      t('brake.collection'),
      t('brake.key'),
      ...all.flatMap((field) => [`${field} (${labels.A})`, `${field} (${labels.B})`]),
    ];
    const rows = samples.map((sample) => [
      sample.collection,
      sample.key.text,
      ...all.flatMap((field) => [
        sample.local === null ? '' : valueCell(fieldOf(sample.local, field)),
        sample.remote === null ? '' : valueCell(fieldOf(sample.remote, field)),
      ]),
    ]);
    saveFile(`${pair}-${collection || 'pair'}-brake.csv`, csv(head, rows), 'text/csv');
  };
  return (
    <section className={page.section} aria-labelledby="samples">
      <div className={page.sectionHead}>
        <h2 id="samples">{headText(shown.length, total)}</h2>
        <span className="push" />
        {shown.length < samples.length ? (
          <Button kind="link" size="small" onClick={() => setWhole(true)}>
            {t('brake.showAll', { n: samples.length })}
          </Button>
        ) : null}
        <Button kind="link" size="small" onClick={save}>
          {t('brake.csv')}
        </Button>
      </div>
      <div className={table.tableInset}>
        <table className={table.table}>
          <thead>
            <tr>
              {collection === '' ? <th>{t('brake.collection')}</th> : null}
              <th>{t('brake.key')}</th>
              {oneSided ? fields.map((field) => <th key={field}>{field}</th>) : <th>{t('brake.differs')}</th>}
              <th>{labels.A}</th>
              <th>{labels.B}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((sample) => (
              <tr key={`${sample.collection} ${sample.key.hex}`}>
                {collection === '' ? <td>{sample.collection}</td> : null}
                <td className="mono">{sample.key.text}</td>
                {oneSided ? (
                  fields.map((field) => (
                    <td key={field}>
                      <Value of={fieldOf(sample.local ?? sample.remote, field)} maxLength={60} />
                    </td>
                  ))
                ) : (
                  <td>
                    <Differences sample={sample} />
                  </td>
                )}
                <There state={sample.local} />
                <There state={sample.remote} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const headText = (shown: number, total: number): string =>
  shown === total ? t('brake.samplesAll', { n: total }) : t('brake.samples', { shown, n: total });

const textOf = ({ local, remote }: Sample, field: string): string => valueCell(fieldOf(local ?? remote, field));

const There = ({ state }: { readonly state: State }): ReactNode => (
  <td>{state === null ? <Value of={undefined} /> : <span className="muted">{t('brake.there')}</span>}</td>
);

const Differences = ({ sample: { local, remote } }: { readonly sample: Sample }): ReactNode => {
  if (local === null || remote === null) return null;
  const fields = differing(local, remote);
  return (
    <div className="stackTight">
      {fields.slice(0, CHANGES).map((field) => (
        <span key={field} className="row">
          <span className="mono faint">{field}</span>
          <Value of={fieldOf(local, field)} maxLength={60} />
          <span className="faint">/</span>
          <Value of={fieldOf(remote, field)} maxLength={60} />
        </span>
      ))}
      {fields.length > CHANGES ? (
        <span className="faint tiny">{t('plan.more', { n: fields.length - CHANGES })}</span>
      ) : null}
    </div>
  );
};
