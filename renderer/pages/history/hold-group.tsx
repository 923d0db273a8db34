import { Ellipsis } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WireHold, WireHoldChoice } from '../../../shared/contract/conflict-shapes.ts';
import { holdAnswers } from '../../../shared/model/words.ts';
import { Button } from '../../components/button.tsx';
import { Link } from '../../components/link.tsx';
import { Menu } from '../../components/menu.tsx';
import { Notice } from '../../components/notice.tsx';
import table from '../../components/table.module.css';
import { cx } from '../../components/cx.ts';
import { Value } from '../../components/value.tsx';
import { addresses } from '../../model/addresses.ts';
import { differing, fieldOf, titleOf, type State } from '../../model/records.ts';
import { useLabels, type Labels } from '../../store/use-labels.ts';
import { time } from '../../text/times.ts';
import { t } from '../../text/text.ts';
import css from './history.module.css';
import { answerText, recordText } from './hold-words.ts';
import type { ManyChoice } from './many-holds-dialog.tsx';
import type { OneChoice } from './one-hold-dialog.tsx';

interface GroupProps {
  readonly holds: readonly WireHold[];
  readonly onOne: (choice: OneChoice) => void;
  readonly onMany: (choice: ManyChoice) => void;
}

/** What rests since one run was undone. */
export function HoldGroup({ holds, onOne, onMany }: GroupProps): ReactNode {
  const [first] = holds;
  const labels = useLabels(first?.pair ?? '');
  if (first === undefined) return null;
  const { pair, undoneRun: run } = first;
  const waiting = holds.filter(({ kept }) => kept === null).length;
  const unchecked = holds.find((hold) => hold.unchecked !== null)?.unchecked;
  return (
    <section className="stack" aria-label={t('holds.group', { run, pair })}>
      <Notice
        mark="pause"
        title={run === 0 ? t('holds.groupOther', { pair }) : t('holds.group', { run, pair })}
        actions={
          waiting < 2 || run === 0 ? undefined : (
            <Menu
              trigger={<Button size="small">{t('holds.all', { n: waiting })}</Button>}
              entries={holdAnswers.map((answer) => ({
                label: `${answerText(answer, labels)}…`,
                onSelect: () => onMany({ pair, run, answer, n: waiting }),
              }))}
            />
          )
        }
      >
        <p>{t('holds.groupNext', { n: holds.length })}</p>
        {unchecked === undefined || unchecked === null ? null : (
          <p className="muted">{t('holds.unchecked', { why: unchecked })}</p>
        )}
      </Notice>
      <div className={table.tableInset}>
        <table className={cx(table.table, table.tableTall)}>
          <thead>
            <tr>
              <th>{t('holds.record')}</th>
              <th>{labels.A}</th>
              <th>{labels.B}</th>
              <th>{t('holds.now')}</th>
            </tr>
          </thead>
          <tbody>
            {holds.map((hold) => (
              <tr key={`${hold.collection} ${hold.key.hex}`}>
                <td>
                  <Link className="mono small" to={addresses.record(pair, hold.collection, hold.key)}>
                    {hold.collection} {hold.key.text}
                  </Link>
                  <div className="medium">{titleOf(hold.local, hold.remote)}</div>
                </td>
                <td>
                  <Held hold={hold} state={hold.local} />
                </td>
                <td>
                  <Held hold={hold} state={hold.remote} />
                </td>
                <td>
                  <Answers hold={hold} labels={labels} onOne={onOne} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The fields that rest, as a side has them; a record as a whole where it is about that. */
function Held({ hold, state }: { readonly hold: WireHold; readonly state: State }): ReactNode {
  if (state === null) return <span className="faint small">{t('value.noRecord')}</span>;
  const fields = hold.fields.length > 0 ? hold.fields : differing(hold.local, hold.remote);
  if (hold.local === null || hold.remote === null) return <span className="muted small">{t('holds.wholeThere')}</span>;
  return (
    <div className={css.heldFields}>
      {fields.slice(0, 3).map((field) => (
        <div key={field} className="row">
          <span className="mono faint tiny">{field}</span> <Value of={fieldOf(state, field)} maxLength={60} />
        </div>
      ))}
      {fields.length > 3 ? <span className="faint tiny">{t('plan.more', { n: fields.length - 3 })}</span> : null}
    </div>
  );
}

const MAIN: ReadonlySet<string> = new Set(['send-again', 'old-on-both']);

function Answers({
  hold,
  labels,
  onOne,
}: {
  readonly hold: WireHold;
  readonly labels: Labels;
  readonly onOne: (choice: OneChoice) => void;
}): ReactNode {
  const { kept, choices } = hold;
  const main = choices.filter(({ answer, refused }) => MAIN.has(answer) && refused === null);
  const rest = choices.filter((choice) => !main.includes(choice));
  const pick = (choice: WireHoldChoice) => (): void => onOne({ hold, choice });
  return (
    <div className="stackTight">
      {kept === null ? null : <p className="small muted">{t('holds.apart', { who: kept.by, time: time(kept.at) })}</p>}
      <span className="row">
        {main.map((choice) => (
          <Button
            key={choice.answer}
            size="small"
            aria-label={`${answerText(choice.answer, labels)}: ${recordText(hold)}`}
            onClick={pick(choice)}
          >
            {answerText(choice.answer, labels)}
          </Button>
        ))}
        {rest.length === 0 ? null : (
          <Menu
            trigger={
              <Button
                kind="quiet"
                size="small"
                icon={Ellipsis}
                iconOnly={t('holds.more', { record: recordText(hold) })}
              />
            }
            entries={rest.map((choice) => ({
              label: `${answerText(choice.answer, labels)}…`,
              onSelect: pick(choice),
              disabled: choice.refused ?? undefined,
            }))}
          />
        )}
      </span>
    </div>
  );
}
