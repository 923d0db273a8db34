import { nearest } from '../../../shared/lib/nearest.ts';
import type { ConflictKind, Strategy } from '../../../shared/model/words.ts';
import { baseHas, namesOf, type Base } from '../plan/base.ts';
import { plan, type AutoChoice, type Decision } from '../plan/plan.ts';
import { FIELD_ORDER } from '../port/connector.ts';
import { changedFields, fieldOf, recordFrom, withFields, type RecordImage, type State } from '../port/record.ts';
import type { Value } from '../port/value.ts';
import type { CollectionSettings, SideName } from '../settings.ts';

/** What a person chose, as far as one record is concerned. */
export interface Choice {
  readonly strategy: Strategy;
  readonly value?: Value | ReadonlyMap<string, Value | undefined>;
  readonly fields?: ReadonlyMap<string, Value | undefined>;
}

export interface Dispute {
  readonly kind: ConflictKind;
  readonly fields: readonly string[];
  readonly base: Base | null;
  readonly a: State;
  readonly b: State;
  /** The side that cannot take the record, for references. */
  readonly side: SideName | undefined;
}

/** `choices`: what the policies decided beside it, in fields that nobody disputes. */
export type Verdict =
  | { readonly agreed: State; readonly choices?: readonly AutoChoice[] }
  | { readonly refused: string };

/** The strategies that make sense for each kind; every other cell is refused with those of them that are possible (design.md 2). */
export const strategiesFor: Readonly<Record<ConflictKind, readonly Strategy[]>> = {
  'update/update': ['keep_local', 'keep_remote', 'merge'],
  'delete/update': ['keep_local', 'keep_remote', 'merge'],
  'insert/insert': ['keep_local', 'keep_remote', 'merge', 'keep_both'],
  unique: ['rename_local', 'keep_local', 'keep_remote', 'merge'],
  'fk-parent-missing': ['keep_local', 'keep_remote', 'merge'],
  'fk-child-exists': ['keep_local', 'keep_remote'],
  'type-misfit': ['keep_local', 'keep_remote', 'merge'],
  rejected: ['keep_local', 'keep_remote', 'merge'],
  schema: [],
  bounce: ['keep_local', 'keep_remote', 'merge'],
  undone: ['keep_local', 'keep_remote', 'merge'],
  restored: ['keep_local', 'keep_remote', 'merge'],
};

export const senseless = (strategy: Strategy, kind: ConflictKind): string => `${strategy} makes no sense for ${kind}.`;

/** The record both sides are to have. Unique clashes and keep_both concern two records and are decided elsewhere. */
export function verdict(dispute: Dispute, choice: Choice, rules: CollectionSettings): Verdict {
  const known = strategiesFor[dispute.kind];
  if (!known.includes(choice.strategy)) return { refused: senseless(choice.strategy, dispute.kind) };
  const isGiven = choice.value !== undefined || (choice.fields?.size ?? 0) > 0;
  if (isGiven && choice.strategy !== 'merge' && known.includes('merge'))
    return { refused: `${choice.strategy} takes no value: a new one is given with merge.` };
  switch (choice.strategy) {
    case 'keep_local':
      return keep(dispute, 'A', rules);
    case 'keep_remote':
      return keep(dispute, 'B', rules);
    case 'merge':
      return mergeByHand(dispute, choice, rules);
    case 'rename_local':
    case 'keep_both':
      return { refused: `${choice.strategy} concerns two records.` };
  }
}

/** The side wins where the two dispute; fields that only one side changed, or that a policy decides, are merged as always. */
export function keep(
  { kind, fields, base, a, b, side }: Dispute,
  winner: SideName,
  rules: CollectionSettings,
): Verdict {
  const mine = winner === 'A' ? a : b;
  if (kind === 'fk-parent-missing' && side !== winner) {
    return {
      refused:
        'The record it refers to does not exist on the other side. Bring that one back first, or change the reference.',
    };
  }
  if (kind === 'fk-child-exists' && side !== winner) {
    return {
      refused:
        'Other records referred to it when it was last looked at. Delete those first and sync, or keep this one.',
    };
  }
  const named = (kind === 'undone' || kind === 'update/update') && fields.length > 0;
  if (!(kind === 'update/update' || named) || !a || !b || !base) return { agreed: mine };
  const decision = planFor(winner, base, a, b, rules);
  const merged = decision.kind === 'write' || decision.kind === 'adopt' ? decision.agreed : mine;
  const choices = decision.kind === 'write' ? decision.choices : [];
  if (!named || merged === null) return { agreed: merged, choices };
  // What the person was asked about is theirs to decide, whatever rule came since.
  return {
    choices: choices.filter((choice) => !choice.fields.some((name) => fields.includes(name))),
    agreed: withFields(merged, new Map(fields.map((name): [string, Value | undefined] => [name, fieldOf(mine, name)]))),
  };
}

/** The plan of the record with what it disputes given to the winner; no policy is set aside for that. */
function planFor(winner: SideName, base: Base, a: RecordImage, b: RecordImage, rules: CollectionSettings): Decision {
  const open = plan(base, a, b, rules);
  if (open.kind !== 'conflict') return open;
  const given = Object.fromEntries(open.fields.map((name) => [name, winner === 'A' ? 'local' : 'remote'] as const));
  const decided = plan(base, a, b, { ...rules, fieldPolicy: { ...rules.fieldPolicy, ...given } });
  if (decided.kind !== 'write') return decided;
  const byPolicy = decided.choices.filter(({ fields }) => !fields.some((name) => open.fields.includes(name)));
  return { ...decided, choices: byPolicy };
}

function mergeByHand(dispute: Dispute, choice: Choice, rules: CollectionSettings): Verdict {
  const patch = patchOf(dispute, choice, rules);
  if ('refused' in patch) return patch;
  const start = keep({ ...dispute, kind: 'update/update' }, dispute.a ? 'A' : 'B', rules);
  const record = 'agreed' in start ? (start.agreed ?? dispute.a ?? dispute.b) : null;
  if (!record) return { refused: 'Neither side has a record to merge into.' };
  const choices = ('choices' in start ? (start.choices ?? []) : []).filter(
    ({ fields }) => !fields.some((name) => patch.fields.has(name)),
  );
  return { agreed: withFields(record, patch.fields), choices };
}

function patchOf(
  { kind, fields, a, b, base }: Dispute,
  choice: Choice,
  { anyField, omit = {} }: CollectionSettings,
): { fields: ReadonlyMap<string, Value | undefined> } | { refused: string } {
  const given = new Map<string, Value | undefined>(choice.fields ?? []);
  if (choice.value instanceof Map) for (const [name, value] of choice.value) given.set(name, value);
  else if (choice.value !== undefined) {
    const [only, ...more] = fields.filter((name) => name !== FIELD_ORDER);
    if (more.length > 0 || only === undefined)
      return {
        refused: `A single value fits one disputed field; these are ${fields.length}: ${fields.join(', ')}. Name each with --field.`,
      };
    given.set(only, choice.value as Value);
  }
  if (given.size === 0)
    return { refused: 'merge needs a value: give --value, or --field NAME=VALUE for each disputed field.' };
  const known = new Set(namesOf(base, a, b));
  const whole = choice.value instanceof Map ? choice.value : new Map<string, Value>();
  for (const name of given.keys()) {
    if (known.has(name)) continue;
    const near = nearest(name, [...known]);
    // A document takes a further field, unless the name looks mistyped.
    if (anyField && !Object.hasOwn(omit, name) && (near === undefined || whole.has(name))) continue;
    const meant = near === undefined ? '' : ` Did you mean ${near}?`;
    const further = anyField && near !== undefined ? ` To add it all the same, give the whole record as --value.` : '';
    return { refused: `There is no field ${name} in this record.${meant}${further}` };
  }
  const all = disputed({ kind, fields, a, b, base });
  const open = all.filter((name) => !given.has(name) && name !== FIELD_ORDER);
  if (open.length > 0)
    return {
      refused: `${open.length} of ${all.length} disputed fields ${open.length === 1 ? 'is' : 'are'} not decided: ${open.join(', ')}.`,
    };
  return { fields: given };
}

/** The record with another value in one field. */
export const renamed = (record: RecordImage, field: string, value: Value): RecordImage =>
  withFields(record, new Map([[field, value]]));

/** Three-way merge in which the winner takes what is disputed; the unique field is set by the caller. */
export function mergedFor(
  base: Base | null,
  a: State,
  b: State,
  winner: SideName,
  rules: CollectionSettings,
): RecordImage | null {
  const outcome = keep({ kind: 'update/update', fields: [], base, a, b, side: undefined }, winner, rules);
  return 'agreed' in outcome ? (outcome.agreed ?? a ?? b) : null;
}

export const projected = (record: RecordImage, names: readonly string[]): RecordImage =>
  recordFrom(names.map((name) => [name, fieldOf(record, name)]));

/** Fields that nobody may decide silently: those the item names, or else those in which the sides differ and neither is the base. */
function disputed({
  kind,
  fields,
  a,
  b,
  base,
}: Pick<Dispute, 'kind' | 'fields' | 'a' | 'b' | 'base'>): readonly string[] {
  if (!a || !b || !(kind === 'update/update' || kind === 'insert/insert' || kind === 'undone' || kind === 'restored'))
    return [];
  if (fields.length > 0) return fields;
  const isOld = (name: string, record: RecordImage): boolean =>
    base !== null && baseHas(base, name, fieldOf(record, name));
  return changedFields(a, b).filter((name) => !isOld(name, a) && !isOld(name, b));
}
