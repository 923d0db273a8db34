import { useState, type ReactNode } from 'react';
import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import type { MenuEntry } from '../../components/menu.tsx';
import { t } from '../../text/text.ts';
import { RuleDialog, type ProposedRule } from '../conflicts/rule-dialog.tsx';
import type { SideNames } from './field-row.tsx';

/** “Always take this side” of a conflict about fields: entries of a menu, and the dialog in which the rule is tried first. */
export function useAlways(
  { pair, collection, kind, fields }: WireConflict,
  names: SideNames,
): { readonly entries: readonly MenuEntry[]; readonly dialog: ReactNode } {
  const [rule, setRule] = useState<ProposedRule>();
  const [field] = fields;
  const about = fields.length === 1 && field !== undefined ? { field } : {};
  const entryOf = (policy: 'local' | 'remote'): MenuEntry => ({
    label: t('rule.always', { side: names[policy], field: about.field ?? collection }),
    onSelect: () => setRule({ pair, collection, policy, ...about }),
  });
  return {
    entries: kind === 'update/update' ? ['line', entryOf('local'), entryOf('remote')] : [],
    dialog: rule === undefined ? null : <RuleDialog rule={rule} names={names} onClose={() => setRule(undefined)} />,
  };
}
