import { useState, type ReactNode } from 'react';
import type { WireSetting } from '../../../shared/contract/system-shapes.ts';
import { Button } from '../../components/button.tsx';
import { Switch } from '../../components/choice.tsx';
import field from '../../components/field.module.css';
import { Input } from '../../components/field.tsx';
import { Select } from '../../components/select.tsx';
import type { MessageId } from '../../text/messages.ts';
import { t } from '../../text/text.ts';
import type { Control } from './groups.ts';

export type Json = WireSetting['value'];

interface Props {
  readonly title: string;
  readonly control: Control;
  readonly value: Json;
  readonly disabled: boolean;
  /** Answers whether it was taken. */
  readonly onSet: (value: Json) => Promise<boolean>;
  readonly onType: () => void;
}

/** Switches and choices act at once; what is typed, with Enter or with its button. */
export function SettingControl(props: Props): ReactNode {
  const { title, control, value, disabled, onSet } = props;
  if (control.kind === 'switch')
    return (
      <Switch hidden label={title} checked={value === true} disabled={disabled} onChange={(on) => void onSet(on)} />
    );
  if (control.kind === 'choice')
    return (
      <Select
        label={title}
        value={typeof value === 'string' ? value : ''}
        disabled={disabled}
        options={control.values.map((one) => ({ value: one, label: t(`settings.choice.${one}` as MessageId) }))}
        onChange={(chosen) => void onSet(chosen)}
      />
    );
  return <Typed {...props} control={control} />;
}

type TypedControl = Exclude<Control, { readonly kind: 'switch' | 'choice' }>;

function Typed({
  title,
  control,
  value,
  disabled,
  onSet,
  onType,
}: Props & { readonly control: TypedControl }): ReactNode {
  const before = textOf(value);
  const [text, setText] = useState(before);
  const isNumber = control.kind === 'number';
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        if (text !== before) void onSet(meant(text, control));
      }}
    >
      <Input
        aria-label={title}
        className={isNumber ? field.inputShort : field.inputName}
        inputMode={isNumber ? 'decimal' : 'text'}
        value={text}
        disabled={disabled}
        onChange={({ target }) => {
          setText(target.value);
          onType();
        }}
      />
      {isNumber ? <span className="small faint">{t(`settings.unit.${control.unit}`)}</span> : null}
      {text === before ? null : (
        <Button size="small" type="submit" aria-label={t('settings.setName', { title })}>
          {t('settings.set')}
        </Button>
      )}
    </form>
  );
}

function textOf(value: Json): string {
  if (value === null) return '';
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** What is no number goes as it was typed, so that the answer can say what it takes. */
function meant(text: string, control: TypedControl): Json {
  const typed = text.trim();
  if (control.kind === 'list') return typed === '' ? null : typed.split(',').map((part) => part.trim());
  if (typed === '' && control.empty === true) return null;
  if (control.kind === 'number' && typed !== '' && Number.isFinite(Number(typed))) return Number(typed);
  return typed;
}
