import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import field from './field.module.css';
import css from './floating.module.css';
import { Icon } from './icon.tsx';

interface SelectProps<T extends string> {
  readonly label: string;
  /** Beside the chosen one: `Group: collection`. */
  readonly before?: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
  readonly quiet?: boolean;
}

/** One of up to a dozen. */
export function Select<T extends string>(props: SelectProps<T>): ReactNode {
  const { label, before = '', value, options, onChange, disabled = false, quiet = false } = props;
  return (
    <Base.Root
      value={value}
      items={options}
      disabled={disabled}
      onValueChange={(chosen) => (chosen === null ? undefined : onChange(chosen))}
    >
      <Base.Trigger className={cx(field.select, quiet && field.selectQuiet)} aria-label={label}>
        <span>
          {before}
          <Base.Value />
        </span>
        <Icon of={ChevronsUpDown} size="small" />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className={css.place}>
          <Base.Popup className={css.menu}>
            <Base.List>
              {options.map((option) => (
                <Base.Item key={option.value} value={option.value} className={css.menuItem}>
                  <Base.ItemText>{option.label}</Base.ItemText>
                  <Base.ItemIndicator className="push">
                    <Icon of={Check} size="small" />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
