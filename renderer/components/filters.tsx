import { Toggle } from '@base-ui/react/toggle';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { number } from '../text/numbers.ts';
import css from './filters.module.css';
import { Icon } from './icon.tsx';

export interface FilterChoice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly icon?: LucideIcon;
  /** How many it would show; a part of its name. */
  readonly n?: number;
}

/** A row of filters of which one is pressed. */
export const Filters = <T extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly FilterChoice<T>[];
  readonly onChange: (value: T) => void;
}): ReactNode => (
  <div className={css.filters} role="group" aria-label={label}>
    {choices.map(({ value: each, label: words, icon, n }) => (
      <Toggle key={each} className={css.filter} pressed={value === each} onPressedChange={() => onChange(each)}>
        {icon === undefined ? null : <Icon of={icon} size="small" />}
        {words} {n === undefined ? null : <span className="tiny">{number(n)}</span>}
      </Toggle>
    ))}
  </div>
);
