import { useState, type ReactNode } from 'react';
import type { Strategy } from '../../../shared/model/words.ts';
import { Button } from '../../components/button.tsx';
import { t } from '../../text/text.ts';
import type { ConflictRow } from './conflict-source.ts';
import { RuleDialog, type ProposedRule } from './rule-dialog.tsx';

/** The rule that would have decided these alike: for one field where they all are about it alone, else for their collection. */
function ruleOf(rows: readonly ConflictRow[], strategy: Strategy): ProposedRule | undefined {
  const [first] = rows;
  const policy = strategy === 'keep_local' ? 'local' : strategy === 'keep_remote' ? 'remote' : undefined;
  if (first === undefined || policy === undefined) return undefined;
  const alike = rows.every(
    ({ pair, collection, kind }) => pair === first.pair && collection === first.collection && kind === 'update/update',
  );
  if (!alike) return undefined;
  const [field] = first.fields;
  const isOfOne = rows.every(({ fields }) => fields.length === 1 && fields[0] === field);
  return {
    pair: first.pair,
    collection: first.collection,
    policy,
    ...(isOfOne && field !== undefined ? { field } : {}),
  };
}

/** “Always do this”: proposes a rule, which is tried before it is set. */
export function RuleOffer({
  rows,
  strategy,
  names,
}: {
  readonly rows: readonly ConflictRow[];
  readonly strategy: Strategy;
  readonly names: { readonly local: string; readonly remote: string };
}): ReactNode {
  const [open, setOpen] = useState(false);
  const rule = ruleOf(rows, strategy);
  if (rule === undefined) return null;
  return (
    <>
      <Button kind="link" onClick={() => setOpen(true)}>
        {t('rule.offer', { field: rule.field ?? rule.collection })}
      </Button>
      {open ? <RuleDialog rule={rule} names={names} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
