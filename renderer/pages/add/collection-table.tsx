import { own } from '../../../shared/lib/own.ts';
import type { ReactNode } from 'react';
import { Checkbox } from '../../components/choice.tsx';
import { Field, Input } from '../../components/field.tsx';
import { Select } from '../../components/select.tsx';
import table from '../../components/table.module.css';
import { Value } from '../../components/value.tsx';
import { number } from '../../text/numbers.ts';
import { t } from '../../text/text.ts';
import css from './add.module.css';
import { indexesOf, isChosen, isKeyless, obstacleOf, wayOf, wayWords, type CollectionMatch } from './collections.ts';
import type { StepProps } from './page.tsx';
import type { Adding } from './use-add.ts';

interface Props extends StepProps {
  readonly matches: readonly CollectionMatch[];
}

const mayTravel = (match: CollectionMatch): boolean => obstacleOf(match) === null;

/** Every collection of both sides, matched by name; what no sync carries stands there with its reason. */
export function CollectionTable({ adding, matches, only }: Props): ReactNode {
  const { draft, change } = adding;
  const able = matches.filter(mayTravel);
  const chosen = able.filter((match) => isChosen(match, draft));
  return (
    <div className={table.tableInset}>
      <table className={table.table}>
        <caption className="srOnly">{t('add.step.3')}</caption>
        <thead>
          <tr>
            <th>
              <Checkbox
                hidden
                label={t('add.collections.all')}
                checked={chosen.length === able.length && able.length > 0}
                some={chosen.length > 0 && chosen.length < able.length}
                onChange={(all) => change({ leftOut: all ? [] : able.map(({ name }) => name) })}
              />
            </th>
            <th>{t('add.side.A')}</th>
            <th>{t('add.side.B')}</th>
            {only === undefined ? <th>{t('add.direction')}</th> : null}
            <th className="num">{t('add.column.here')}</th>
            <th className="num">{t('add.column.there')}</th>
            <th>{t('add.column.key')}</th>
            <th>{t('add.column.unique')}</th>
            <th>{t('add.column.travels')}</th>
          </tr>
        </thead>
        <tbody>
          {matches.map((match) => (
            <Row key={`${match.a?.name} ${match.b?.name}`} adding={adding} only={only} match={match} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ adding: { draft, change }, only, match }: StepProps & { readonly match: CollectionMatch }): ReactNode {
  const { name, a, b } = match;
  const takes = (isIn: boolean): void =>
    change((last) => ({
      leftOut: isIn ? last.leftOut.filter((one) => one !== name) : [...last.leftOut, name],
    }));
  return (
    <tr>
      <td>
        {mayTravel(match) ? (
          <Checkbox
            hidden
            label={name}
            checked={isChosen(match, draft)}
            disabled={isKeyless(match) && (draft.keys[name] ?? '').trim() === ''}
            onChange={takes}
          />
        ) : null}
      </td>
      <td className="medium">
        {a === undefined ? <span className="faint">{t('value.missing')}</span> : <Value of={a.name} />}
      </td>
      <td className="medium">
        {b === undefined ? <span className="faint">{t('value.missing')}</span> : <Value of={b.name} />}
      </td>
      {only === undefined ? (
        <td>{isChosen(match, draft) ? <Way name={name} draft={draft} change={change} /> : null}</td>
      ) : null}
      <td className="num">{countOf(a)}</td>
      <td className="num">{countOf(b)}</td>
      <td className="mono muted">
        {mayTravel(match) && isKeyless(match) ? (
          <FieldNames
            label={t('add.key.label', { collection: name })}
            placeholder="id"
            value={draft.keys[name] ?? ''}
            onChange={(typed) => change((last) => ({ keys: { ...last.keys, [name]: typed } }))}
          />
        ) : (
          (a?.key ?? b?.key ?? '')
        )}
      </td>
      <td className="mono muted">
        <Unique match={match} draft={draft} change={change} />
      </td>
      <td className="small muted">{fateOf(match, isChosen(match, draft), only)}</td>
    </tr>
  );
}

interface FieldNamesProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (typed: string) => void;
}

const FieldNames = ({ label, placeholder, value, onChange }: FieldNamesProps): ReactNode => (
  <Field className={css.keyField} label={<span className="srOnly">{label}</span>}>
    <Input small mono placeholder={placeholder} value={value} onChange={({ target }) => onChange(target.value)} />
  </Field>
);

/** Where the whole pair goes another way, this one goes its own. */
function Way({ name, draft, change }: Pick<Adding, 'draft' | 'change'> & { readonly name: string }): ReactNode {
  return (
    <Select
      label={t('add.direction.of', { collection: name })}
      value={wayOf(name, draft)}
      options={[
        { value: 'both', label: t(wayWords.both) },
        { value: 'a-to-b', label: t(wayWords['a-to-b']) },
        { value: 'b-to-a', label: t(wayWords['b-to-a']) },
      ]}
      onChange={(way) =>
        change(({ direction, directions: { [name]: _own, ...others } }) => ({
          directions: way === direction ? others : { ...others, [name]: way },
        }))
      }
    />
  );
}

/** What indexes say, and what a person adds to it. */
function Unique({
  match,
  draft,
  change,
}: Pick<Adding, 'draft' | 'change'> & { readonly match: CollectionMatch }): ReactNode {
  const { name } = match;
  const indexes = indexesOf(match);
  return (
    <div className="stackTight">
      {indexes.map((fields) => (
        <span key={fields}>{fields}</span>
      ))}
      {isChosen(match, draft) ? (
        <FieldNames
          label={t('add.unique.label', { collection: name })}
          placeholder={t(indexes.length > 0 ? 'add.unique.more' : 'add.unique.name')}
          value={own(draft.unique, name) ?? ''}
          onChange={(typed) => change((last) => ({ unique: { ...last.unique, [name]: typed } }))}
        />
      ) : null}
    </div>
  );
}

const countOf = (side: CollectionMatch['a']): ReactNode =>
  side === undefined ? (
    ''
  ) : side.records === null ? (
    <span className="faint">{t('add.notCounted')}</span>
  ) : (
    number(side.records)
  );

function fateOf(match: CollectionMatch, isIn: boolean, only: 'compare' | undefined): string {
  const why = obstacleOf(match);
  if (why !== null) return t('add.notSynced', { why });
  if (isKeyless(match) && !isIn) return t('add.key.help');
  if (!isIn) return t('add.leftOut');
  if (only === 'compare') return t('add.compared');
  if (match.a === undefined) return t('add.makes', { side: t('add.side.A') });
  if (match.b === undefined) return t('add.makes', { side: t('add.side.B') });
  return t('add.travels');
}
