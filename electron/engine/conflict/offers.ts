import type { Strategy } from '../../../shared/model/words.ts';
import type { ConflictItem } from '../reports/waiting.ts';
import { isConstrained, parentTuple } from '../run/constraints.ts';
import { FIELD_ORDER } from '../port/connector.ts';
import { HOLDS_MORE } from '../port/own-values.ts';
import { plan } from '../plan/plan.ts';
import type { Base } from '../plan/base.ts';
import { sameState, type State } from '../port/record.ts';
import { collectionOf, refName, type Pass } from '../run/context.ts';
import { isReference, UNREADABLE } from '../run/park.ts';
import { gives, takes, tupleKey, tupleOf } from '../run/tuples.ts';
import { sideNames } from '../settings.ts';
import type { ItemRow } from '../state/waiting.ts';
import { clashOf, otherKeyOf, type Clash } from './clash.ts';
import { currentBase, offer, type Refused } from './decided.ts';
import { holdersOf, restingAt, thirdHolders } from './held-values.ts';
import { whyNotBoth } from './keep-both.ts';
import { refusedForKey } from './key-form.ts';
import { missingOf, Parents } from './missing-parents.ts';
import { keep, mergedFor, strategiesFor, type Verdict } from './strategies.ts';

/** What can be done about a conflict as things stand, and what is in the way of the rest. */
export type Offers = Pick<ConflictItem, 'possible' | 'heldBy' | 'missingParents'>;

/**
 * What both sides are asked for each conflict, once. `clash`: the two records of a unique clash; `parents`: what is known
 * of the records that the conflicts of one list refer to. What a side itself refuses, but for the way a key is written, shows only when it is written.
 */
export async function offersFor(
  pass: Pass,
  item: ItemRow,
  clash: Clash | null,
  parents = new Parents(pass),
): Promise<Offers> {
  const base = await currentBase(pass, item);
  const outcomes = outcomesOf(pass, item, base);
  const missingParents = await missingOf(pass, item, outcomes, parents);
  const resting = clash === null ? [] : await restingIn(pass, item);
  const holders = clash === null ? [] : [...resting, ...(await thirdHolders(pass, item, clash))];
  const refused = new Set<Strategy>(item.extra.refused);
  for (const strategy of refusedBefore(pass, item, base, missingParents)) refused.add(strategy);
  for (const strategy of await refusedForKey(pass, item, base)) refused.add(strategy);
  if (holders.length > 0) refused.add('keep_local');
  for (const [strategy, agreed] of outcomes) {
    const open = strategy === 'merge' ? namedIn(item, missingParents) : [];
    const held = await holdersOf(pass, item, agreed);
    holders.push(...held);
    if (held.some(({ fields }) => !fields.some((name) => open.includes(name)))) refused.add(strategy);
    else if (await isRefused(pass, item, agreed, open)) refused.add(strategy);
  }
  const all = isDecidable(item, clash) && resting.length === 0 ? strategiesFor[item.kind] : [];
  if (
    all.includes('keep_both') &&
    (missingParents.length > 0 ||
      holders.some((each) => blocksBoth(pass, item, each)) ||
      (await whyNotBoth(pass, item)))
  )
    refused.add('keep_both');
  const possible = all.filter((strategy) => !refused.has(strategy));
  return { possible, heldBy: eachOnce(holders), missingParents };
}

/** The other record of a unique clash, where it rests: no answer is taken before that one has its own. */
async function restingIn(pass: Pass, { collection, fields, extra }: ItemRow): Promise<Offers['heldBy']> {
  const { side = 'B' } = extra;
  const key = otherKeyOf({ extra });
  const hold = key === null ? null : await restingAt(pass, collection, key);
  return hold ? [{ side, key: hold.key, fields, conflict: null, undoneRun: hold.run }] : [];
}

/** *keep_both* brings the remote record to this computer as it is, and the local one to the remote side under another key. */
const blocksBoth = (pass: Pass, { collection }: ItemRow, { side, fields }: Offers['heldBy'][number]): boolean =>
  side === 'A' || !collectionOf(pass, collection).key.some((name) => fields.includes(name));

/** The strategies that can be carried out as things stand. */
export async function possibleFor(pass: Pass, item: ItemRow): Promise<readonly Strategy[]> {
  return (await offersFor(pass, item, item.kind === 'unique' ? await clashOf(pass, item) : null)).possible;
}

/** The choice is refused, with those that are possible. */
export async function refusedChoice(
  pass: Pass,
  item: ItemRow,
  why: string,
  { but }: { readonly but?: Strategy } = {},
): Promise<Refused> {
  const possible = (await possibleFor(pass, item)).filter((strategy) => strategy !== but);
  return { refused: `${why} ${offer(possible)}`.trim(), code: 'refused' };
}

/** Of a unique clash both records have to be known. */
const isDecidable = ({ kind, state, fields, extra }: ItemRow, clash: Clash | null): boolean =>
  extra.code !== UNREADABLE && state !== 'reopened' && (kind !== 'unique' || (clash !== null && fields.length > 0));

/** What is out of the question whatever would be agreed on. */
function refusedBefore(
  pass: Pass,
  item: ItemRow,
  base: Base | null,
  missing: Offers['missingParents'],
): readonly Strategy[] {
  const { kind, fields, extra } = item;
  const again = refusedAgain(pass, item, base);
  const isOfKey = kind === 'fk-parent-missing' && missing.some((each) => each.fields.length === 0);
  // Nobody could type the order of fields as a value.
  const isOfOrder = fields.length > 0 && fields.every((name) => name === FIELD_ORDER);
  return [
    ...(again === null ? [] : [again]),
    ...(isReference(kind) ? [extra.side === 'A' ? ('keep_remote' as const) : ('keep_local' as const)] : []),
    ...(isOfKey || isOfOrder ? ['merge' as const] : []),
    ...(kind === 'unique' ? withoutParents(item, missing) : []),
  ];
}

/** In what is disputed the person may name another value, and a record that is there. */
const namedIn = ({ kind, fields }: ItemRow, missing: Offers['missingParents']): readonly string[] =>
  kind === 'fk-parent-missing' ? [...fields, ...missing.flatMap((each) => each.fields)] : fields;

const eachOnce = (holders: Offers['heldBy']): Offers['heldBy'] => [
  ...new Map(holders.map((each) => [`${each.side}\0${each.key}\0${each.fields.join('\0')}`, each])).values(),
];

/** The answers to a unique clash that would write a record where what it refers to is missing. */
function withoutParents({ extra }: ItemRow, missing: Offers['missingParents']): readonly Strategy[] {
  if (!missing.some(({ side }) => side === extra.side)) return [];
  // Of the record of the remote side only keep_local writes more than its own side.
  return extra.side === 'A' ? ['keep_local'] : ['rename_local', 'keep_local', 'keep_remote'];
}

/** What a side refused it refuses again for as long as nothing changes there; once that is done, a sync carries it. */
function refusedAgain(pass: Pass, { kind, collection, a, b, extra }: ItemRow, base: Base | null): Strategy | null {
  if ((kind !== 'rejected' && kind !== 'type-misfit') || extra.side === undefined) return null;
  // A delete that a person decided is no more refused for what it takes along.
  if (extra.code === HOLDS_MORE) return null;
  const sent = plan(base, a, b, collectionOf(pass, collection));
  const [wanted, strategy] = extra.side === 'A' ? ([b, 'keep_remote'] as const) : ([a, 'keep_local'] as const);
  return sent.kind === 'write' && sameState(sent.agreed, wanted) ? strategy : null;
}

/** What a strategy would agree on. */
export type Outcomes = readonly (readonly [Strategy, State])[];

function outcomesOf(pass: Pass, item: ItemRow, base: Base | null): Outcomes {
  if (item.kind === 'unique' || !decidesConstrained(pass, item)) return [];
  const { a, b, extra } = item;
  const rules = collectionOf(pass, item.collection);
  const dispute = { ...item, base, side: extra.side };
  const outcomes: readonly (readonly [Strategy, Verdict])[] = [
    ['keep_local', keep(dispute, 'A', rules)],
    ['keep_remote', keep(dispute, 'B', rules)],
    ['merge', { agreed: mergedFor(base, a, b, a ? 'A' : 'B', rules) }],
  ];
  return outcomes.flatMap(([strategy, outcome]) => ('agreed' in outcome ? [[strategy, outcome.agreed] as const] : []));
}

/** What an answer agrees on is of one side or the other, so it moves nothing in fields that both hold alike. */
const decidesConstrained = ({ constraints }: Pass, { collection, a, b }: ItemRow): boolean =>
  sideNames.some((side) => isConstrained(constraints, side, collection, a, b));

/** Would a reference keep the record from what is agreed on, whatever is named in the `open` fields? */
export async function isRefused(
  pass: Pass,
  item: Pick<ItemRow, 'collection' | 'key' | 'a' | 'b'>,
  agreed: State,
  open: readonly string[] = [],
): Promise<boolean> {
  for (const side of sideNames) {
    const write = { side, from: side === 'A' ? item.a : item.b, to: agreed };
    if (sameState(write.from, write.to)) continue;
    for (const rule of pass.constraints.references[side].get(item.collection) ?? []) {
      const taken = rule.fields.some((name) => open.includes(name)) ? null : takes(write, rule);
      const query = { collection: rule.parent, fields: rule.parentFields, tuples: [taken?.values ?? []], limit: 1 };
      // A record may refer to itself.
      if (!taken || (rule.parent === item.collection && tupleKey(agreed, parentTuple(rule)) === taken.key)) continue;
      if ((await pass.sides[side].lookup?.find(query))?.[0]?.length === 0) return true;
    }
    for (const rule of pass.constraints.children[side].get(item.collection) ?? []) {
      const given = rule.parentFields.some((name) => open.includes(name)) ? null : gives(write, parentTuple(rule));
      if (!given) continue;
      const query = { collection: rule.child, fields: rule.fields, tuples: [given.values], limit: 2 };
      const children = (await pass.sides[side].lookup?.find(query))?.[0] ?? [];
      if (children.some((key) => rule.child !== item.collection || key !== item.key)) return true;
    }
  }
  return false;
}

/** More are not looked for. */
const COUNTED = 1000;

/** How many records are in the way now: of a parent all that refer to it, by whatever reference. */
export async function countBlocking(pass: Pass, item: ItemRow): Promise<number> {
  const { side } = item.extra;
  if (item.kind !== 'fk-child-exists' || side === undefined) return item.waits.length;
  const found = new Set<string>();
  for (const rule of pass.constraints.children[side].get(item.collection) ?? []) {
    const tuple = tupleOf(side === 'A' ? item.a : item.b, parentTuple(rule));
    if (!tuple) continue;
    const query = { collection: rule.child, fields: rule.fields, tuples: [tuple], limit: COUNTED };
    for (const key of (await pass.sides[side].lookup?.find(query))?.[0] ?? [])
      if (rule.child !== item.collection || key !== item.key) found.add(refName({ collection: rule.child, key }));
  }
  return Math.min(found.size, COUNTED);
}
