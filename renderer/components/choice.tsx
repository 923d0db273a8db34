import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox';
import { Radio as BaseRadio } from '@base-ui/react/radio';
import { RadioGroup as BaseGroup } from '@base-ui/react/radio-group';
import { Switch as BaseSwitch } from '@base-ui/react/switch';
import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { Check, Minus, type LucideIcon } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import css from './choice.module.css';
import { Icon } from './icon.tsx';

interface CheckboxProps {
  /** Its name; shown beside it unless `hidden`. */
  readonly label: string;
  readonly hidden?: boolean;
  readonly checked: boolean;
  readonly some?: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Checkbox({
  label,
  hidden = false,
  checked,
  some = false,
  disabled = false,
  onChange,
}: CheckboxProps): ReactNode {
  const box = (
    <BaseCheckbox.Root
      className={css.checkbox}
      checked={checked}
      indeterminate={some}
      disabled={disabled}
      onCheckedChange={onChange}
      {...(hidden ? { 'aria-label': label } : {})}
    >
      <Icon of={some ? Minus : Check} />
    </BaseCheckbox.Root>
  );
  return hidden ? (
    box
  ) : (
    <label className={css.choice}>
      {box}
      <span>{label}</span>
    </label>
  );
}

/** One of several; none is chosen until a person does, where `value` is null. */
export const RadioGroup = <T extends string>({
  label,
  value,
  onChange,
  className,
  children,
}: {
  readonly label: string;
  readonly value: T | null;
  readonly onChange: (value: T) => void;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}): ReactNode => (
  <BaseGroup className={className} aria-label={label} value={value} onValueChange={(chosen) => onChange(chosen as T)}>
    {children}
  </BaseGroup>
);

/** A radio button with its words beside it. */
export const Radio = ({ value, children }: { readonly value: string; readonly children: ReactNode }): ReactNode => (
  <label className={css.choice}>
    <BaseRadio.Root value={value} className={css.radio} />
    <span>{children}</span>
  </label>
);

/** A card that is a radio button as a whole (`.kind`, `.verbCard`, `.option`): its name is the title, the sentence describes it. */
export function RadioCard({
  value,
  title,
  sentence,
  className,
  before,
}: {
  readonly value: string;
  readonly title: string;
  readonly sentence?: ReactNode;
  readonly className?: string | undefined;
  readonly before?: ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <BaseRadio.Root
      value={value}
      nativeButton={false}
      render={<div />}
      className={className}
      aria-labelledby={`${id}t`}
      {...(sentence === undefined ? {} : { 'aria-describedby': `${id}s` })}
    >
      {before}
      <BaseRadio.Indicator keepMounted render={<span />} className={css.radio} aria-hidden />
      <strong id={`${id}t`}>{title}</strong>
      {sentence === undefined ? null : <p id={`${id}s`}>{sentence}</p>}
    </BaseRadio.Root>
  );
}

interface SwitchProps {
  readonly label: string;
  readonly help?: string;
  readonly hidden?: boolean;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Switch({ label, help, hidden = false, checked, disabled = false, onChange }: SwitchProps): ReactNode {
  const id = useId();
  return (
    <span className={css.choice}>
      <BaseSwitch.Root
        className={css.switch}
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
        aria-label={label}
        {...(help === undefined ? {} : { 'aria-describedby': id })}
      />
      {hidden ? null : (
        <span>
          {label}
          {help === undefined ? null : (
            <span className="faint tiny" id={id}>
              {' '}
              {help}
            </span>
          )}
        </span>
      )}
    </span>
  );
}

export interface Segment<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly icon?: LucideIcon;
}

/** One of a few views of the same. */
export const Segmented = <T extends string>({
  label,
  value,
  segments,
  onChange,
}: {
  readonly label: string;
  readonly value: T;
  readonly segments: readonly Segment<T>[];
  readonly onChange: (value: T) => void;
}): ReactNode => (
  <ToggleGroup
    className={css.segmented}
    aria-label={label}
    value={[value]}
    onValueChange={([chosen]) => (chosen === undefined ? undefined : onChange(chosen as T))}
  >
    {segments.map(({ value: each, label: words, icon }) => (
      <Toggle key={each} value={each} className={css.segment}>
        {icon === undefined ? null : <Icon of={icon} size="small" />}
        {words}
      </Toggle>
    ))}
  </ToggleGroup>
);
