import { Cloud, GitMerge, History, Laptop, Pencil, type LucideIcon } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import choice from '../../components/choice.module.css';
import { cx } from '../../components/cx.ts';
import field from '../../components/field.module.css';
import { Icon } from '../../components/icon.tsx';
import { Value } from '../../components/value.tsx';
import value from '../../components/value.module.css';
import { displayValue } from '../../../shared/model/display.ts';
import { t } from '../../text/text.ts';
import type { Answer } from './draft.ts';
import { isSame, mergedValue, origins, typedOf, typeOf, typesOf, type FieldOf, type Origin } from './fields.ts';
import { Marked } from './marked.tsx';
import css from './record.module.css';

export interface SideNames {
  readonly local: string;
  readonly remote: string;
}

export const originIcons: Readonly<Record<Origin, LucideIcon>> = { base: History, local: Laptop, remote: Cloud };
export const originName = (origin: Origin, { local, remote }: SideNames): string =>
  ({ base: t('record.base'), local, remote })[origin];

interface FieldRowProps {
  readonly field: FieldOf;
  readonly names: SideNames;
  readonly answer: Answer | undefined;
  readonly before: { readonly local: FieldOf['local']; readonly remote: FieldOf['remote'] } | undefined;
  /** Of a record that has no base, nothing can be chosen from it. */
  readonly hasBase: boolean;
  readonly onAnswer: (answer: Answer | undefined) => void;
  readonly onFocus: () => void;
  readonly onMove: (step: 1 | -1) => void;
}

/** A field that both sides changed: three values of which one is chosen, and the result that can be written by hand. */
export function FieldRow({
  field: each,
  names,
  answer,
  before,
  hasBase,
  onAnswer,
  onFocus,
  onMove,
}: FieldRowProps): ReactNode {
  const { name } = each;
  const chosen = answer !== undefined && 'from' in answer ? answer.from : undefined;
  const choosable = origins.filter((origin) => origin !== 'base' || hasBase);
  const tabStop = chosen ?? choosable[0];
  const listen = (event: KeyboardEvent<HTMLElement>, origin: Origin): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const cells = [...(event.currentTarget.parentElement?.querySelectorAll<HTMLElement>('[role=radio]') ?? [])];
    if (step !== undefined) cells[cells.indexOf(event.currentTarget) + step]?.focus();
    else if (event.altKey || event.ctrlKey || event.metaKey) return;
    else if (event.key === 'ArrowDown') onMove(1);
    else if (event.key === 'ArrowUp') onMove(-1);
    else if (event.key === ' ' || event.key === 'Enter') onAnswer({ from: origin });
    else return;
    event.preventDefault();
  };
  return (
    <div
      className={css.fieldRow}
      role="radiogroup"
      aria-label={name}
      data-field={name}
      {...(answer === undefined ? { 'data-decide': '' } : { 'data-decided': '' })}
      onFocus={onFocus}
    >
      <FieldName of={each} />
      {origins.map((origin) =>
        choosable.includes(origin) ? (
          <div
            key={origin}
            className={css.fieldCell}
            role="radio"
            aria-checked={chosen === origin}
            aria-label={`${originName(origin, names)}: ${displayValue(each[origin], 200)}`}
            tabIndex={origin === tabStop ? 0 : -1}
            {...(chosen === origin ? { 'data-checked': '' } : {})}
            {...(origin === 'base' ? { 'data-same': '' } : {})}
            onClick={() => onAnswer({ from: origin })}
            onKeyDown={(event) => listen(event, origin)}
          >
            <span className={choice.radio} aria-hidden="true" {...(chosen === origin ? { 'data-checked': '' } : {})} />
            <div>{origin === 'base' ? <Value of={each.base} /> : <Marked of={each[origin]} base={each.base} />}</div>
            {origin !== 'base' && before !== undefined && !isSame(before[origin], each[origin]) ? (
              <span className={css.why}>
                {t('record.was')} <Value of={before[origin]} maxLength={60} />
              </span>
            ) : typeOf(each.local) !== typeOf(each.remote) && origin !== 'base' ? (
              <span className={css.why}>{typeOf(each[origin])}</span>
            ) : null}
          </div>
        ) : (
          <div key={origin} className={css.fieldCell} data-same="">
            <span className="faint">{t('record.noBase')}</span>
          </div>
        ),
      )}
      <ResultCell field={each} names={names} answer={answer} onAnswer={onAnswer} />
    </div>
  );
}

/** A field that only one side changed: it flows to the other one, and can be seen. */
export const MergedRow = ({ field: each }: { readonly field: FieldOf }): ReactNode => (
  <div className={css.fieldRow}>
    <FieldName of={each} />
    {origins.map((origin) => (
      <div key={origin} className={css.fieldCell} {...(isSame(each[origin], each.base) ? { 'data-same': '' } : {})}>
        <div>
          {origin !== 'base' && isSame(each[origin], each.base) ? (
            <span className="faint">{t('record.sameAsBase')}</span>
          ) : (
            <Value of={each[origin]} />
          )}
        </div>
      </div>
    ))}
    <div className={css.resultCell}>
      <div className={cx(field.input, css.settled)} data-readonly="">
        <Value of={mergedValue(each)} />
      </div>
      <span className={css.from}>
        <Icon of={GitMerge} size="small" />
        {t('record.merged')}
      </span>
    </div>
  </div>
);

/** A field that is the same on both sides, for whoever wants to see the whole record. */
export const EqualRow = ({ field: each }: { readonly field: FieldOf }): ReactNode => (
  <div className={css.equalRow}>
    <FieldName of={each} />
    <div className={css.fieldCell}>
      <Value of={each.local} />
    </div>
  </div>
);

const FieldName = ({ of: each }: { readonly of: FieldOf }): ReactNode => (
  <div className={css.fieldName}>
    <strong>{each.name}</strong>
    <span className={value.type}>{typesOf(each)}</span>
  </div>
);

function ResultCell({
  field: each,
  names,
  answer,
  onAnswer,
}: Pick<FieldRowProps, 'field' | 'names' | 'answer' | 'onAnswer'>): ReactNode {
  const chosen = answer !== undefined && 'from' in answer ? each[answer.from] : undefined;
  const shownAsText = answer === undefined || 'typed' in answer || canBeTyped(chosen);
  const text = answer === undefined ? '' : 'typed' in answer ? answer.typed : typedOf(chosen);
  const isLong =
    text.includes('\n') || text.length > 60 || origins.some((origin) => typedOf(each[origin]).includes('\n'));
  const props = {
    className: field.input,
    'aria-label': t('record.resultFor', { field: each.name }),
    'aria-describedby': `from-${each.name}`,
    'data-result': each.name,
    placeholder: t(answer === undefined ? 'record.open' : 'value.empty'),
    spellCheck: false,
    value: text,
    onChange: ({ target }: { readonly target: { readonly value: string } }) => onAnswer({ typed: target.value }),
  };
  return (
    <div className={css.resultCell} {...(answer === undefined ? { 'data-open': '' } : {})}>
      {!shownAsText ? (
        <button
          type="button"
          className={cx(field.input, css.settled)}
          data-result={each.name}
          aria-label={`${t('record.resultFor', { field: each.name })}: ${displayValue(chosen, 200)}`}
          onClick={() => onAnswer({ typed: '' })}
        >
          <Value of={chosen} maxLength={200} />
        </button>
      ) : isLong ? (
        <textarea {...props} rows={3} />
      ) : (
        <input {...props} autoComplete="off" />
      )}
      <span className={css.from} id={`from-${each.name}`}>
        <FromWhere answer={answer} names={names} />
      </span>
    </div>
  );
}

/** Nothing at all, bytes and documents are chosen, not typed. */
const canBeTyped = (chosen: FieldOf['local']): boolean =>
  chosen !== undefined && chosen !== null && !['bytes', 'document', 'list'].includes(typeOf(chosen)) && chosen !== '';

function FromWhere({ answer, names }: { readonly answer: Answer | undefined; readonly names: SideNames }): ReactNode {
  if (answer === undefined) return t('record.choose');
  if ('typed' in answer)
    return (
      <>
        <Icon of={Pencil} size="small" />
        {t('record.byYou')}
      </>
    );
  return (
    <>
      <Icon of={originIcons[answer.from]} size="small" />
      {t('record.from', { side: originName(answer.from, names) })}
    </>
  );
}
