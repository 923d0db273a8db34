import type { ReactNode } from 'react';
import css from './chip.module.css';

const mac = typeof navigator !== 'undefined' && navigator.platform.startsWith('Mac');
const shown = (key: string): string =>
  key === 'Ctrl' && mac ? '⌘' : key === 'Alt' && mac ? '⌥' : key === 'Enter' ? '↵' : key;

/** Keys that are pressed together, or one of them: `Ctrl+Enter`, `↑ ↓`. */
export const Keys = ({ of }: { readonly of: string }): ReactNode => (
  <span className={css.keys}>
    {of.split(/[+ ]/).map((key) => (
      <kbd key={key} className={css.kbd}>
        {shown(key)}
      </kbd>
    ))}
  </span>
);

/** What keys do here, below a list or a record. */
export const HintBar = ({
  hints,
}: {
  readonly hints: readonly (readonly [keys: string, does: string])[];
}): ReactNode => (
  <div className={css.hintBar}>
    {hints.map(([keys, does]) => (
      <span key={keys}>
        <Keys of={keys} /> {does}
      </span>
    ))}
  </div>
);
