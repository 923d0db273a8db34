import { Collapsible } from '@base-ui/react/collapsible';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import css from './fold.module.css';
import { Icon } from './icon.tsx';

/** A row that folds what is below it; its name has the count. */
export function Fold({
  label,
  open: initially = false,
  children,
}: {
  readonly label: string;
  readonly open?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const [open, setOpen] = useState(initially);
  return (
    <Collapsible.Root open={open} onOpenChange={setOpen}>
      <Collapsible.Trigger className={css.foldRow}>
        <Icon of={open ? ChevronDown : ChevronRight} />
        {label}
      </Collapsible.Trigger>
      <Collapsible.Panel>{children}</Collapsible.Panel>
    </Collapsible.Root>
  );
}
