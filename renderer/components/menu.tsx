import { Menu as Base } from '@base-ui/react/menu';
import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import css from './floating.module.css';
import { Icon } from './icon.tsx';

export type MenuEntry =
  | {
      readonly label: string;
      readonly icon?: LucideIcon;
      readonly onSelect: () => void;
      /** Why it cannot be chosen now. */
      readonly disabled?: string | undefined;
    }
  | { readonly heading: string }
  | { readonly submenu: string; readonly entries: readonly MenuEntry[] }
  | 'line';

/** A menu at a button, which `trigger` is. The first entry removes nothing. */
export function Menu({
  trigger,
  entries,
}: {
  readonly trigger: ReactElement;
  readonly entries: readonly MenuEntry[];
}): ReactNode {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Popup entries={entries} />
    </Base.Root>
  );
}

const Popup = ({
  entries,
  side = 'bottom',
}: {
  readonly entries: readonly MenuEntry[];
  readonly side?: 'bottom' | 'right';
}): ReactNode => (
  <Base.Portal>
    <Base.Positioner sideOffset={4} side={side} align="start" className={css.place}>
      <Base.Popup className={css.menu}>
        <Base.Group>{entries.map(entryOf)}</Base.Group>
      </Base.Popup>
    </Base.Positioner>
  </Base.Portal>
);

function entryOf(entry: MenuEntry, i: number): ReactNode {
  if (entry === 'line') return <Base.Separator key={i} className={css.menuLine} />;
  if ('heading' in entry)
    return (
      <Base.GroupLabel key={i} className={css.menuLabel}>
        {entry.heading}
      </Base.GroupLabel>
    );
  if ('submenu' in entry)
    return (
      <Base.SubmenuRoot key={i}>
        <Base.SubmenuTrigger className={css.menuItem}>{entry.submenu}</Base.SubmenuTrigger>
        <Popup entries={entry.entries} side="right" />
      </Base.SubmenuRoot>
    );
  const { label, icon, onSelect, disabled } = entry;
  return (
    <Base.Item key={i} className={css.menuItem} onClick={onSelect} disabled={disabled !== undefined}>
      {icon === undefined ? null : <Icon of={icon} />}
      <span>{label}</span>
      {disabled === undefined ? null : <span className="faint small push">{disabled}</span>}
    </Base.Item>
  );
}
