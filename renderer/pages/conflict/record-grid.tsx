import { CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import { Fold } from '../../components/fold.tsx';
import { Icon } from '../../components/icon.tsx';
import { t } from '../../text/text.ts';
import { EqualRow, FieldRow, MergedRow, originIcons, type SideNames } from './field-row.tsx';
import { fieldsOf } from './fields.ts';
import css from './record.module.css';
import type { Drafting } from './use-draft.ts';

/** Base, both sides and the result, field by field; what one side alone changed is listed, and what is equal folded. */
export function RecordGrid({
  conflict,
  drafting: { draft, before, answer },
  names,
  onField,
  onMove,
}: {
  readonly conflict: WireConflict;
  readonly drafting: Drafting;
  readonly names: SideNames;
  readonly onField: (name: string) => void;
  readonly onMove: (from: string, step: 1 | -1) => void;
}): ReactNode {
  const { disputed, merged, equal } = fieldsOf(conflict);
  return (
    <div className={css.recordGrid}>
      <div className={css.fieldHead}>
        <div>{t('record.field')}</div>
        <Head icon={originIcons.base} name={t('record.base')} below={t('record.base.below')} />
        <Head icon={originIcons.local} name={names.local} below={t('record.side.below')} />
        <Head icon={originIcons.remote} name={names.remote} below={t('record.side.below')} />
        <Head icon={CircleCheck} name={t('record.result')} below={t('record.result.below')} />
      </div>
      {disputed.map((field) => (
        <FieldRow
          key={field.name}
          field={field}
          names={names}
          answer={draft.answers[field.name]}
          before={before[field.name]}
          hasBase={conflict.base !== null && conflict.baseKept}
          onAnswer={(given) => answer(field.name, given)}
          onFocus={() => onField(field.name)}
          onMove={(step) => onMove(field.name, step)}
        />
      ))}
      {merged.length === 0 ? null : (
        <Fold open label={t('record.mergedFields', { n: merged.length })}>
          {merged.map((field) => (
            <MergedRow key={field.name} field={field} />
          ))}
        </Fold>
      )}
      {equal.length === 0 ? null : (
        <Fold label={t('record.equalFields', { n: equal.length })}>
          {equal.map((field) => (
            <EqualRow key={field.name} field={field} />
          ))}
        </Fold>
      )}
    </div>
  );
}

const Head = ({
  icon,
  name,
  below,
}: {
  readonly icon: (typeof originIcons)['base'];
  readonly name: string;
  readonly below: string;
}): ReactNode => (
  <div>
    <b>
      <Icon of={icon} size="small" />
      {name}
    </b>
    <span className="faint">{below}</span>
  </div>
);
