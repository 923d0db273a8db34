import { encodeKey, type Key } from '../port/key-codec.ts';
import type { Value } from '../port/value.ts';
import { otherSide, type SideName } from '../settings.ts';
import { isPlanned, type ActionRow } from '../state/stored.ts';
import { laterRuns, placeOf, undoFirst } from '../conflict/later-runs.ts';
import { recordName, valuesText } from '../conflict/records.ts';
import type { State } from '../port/record.ts';
import { parentTuple, type ReferenceRule } from './constraints.ts';
import { collectionOf, type Pass } from './context.ts';
import { referenceIndex } from './judge-claims.ts';
import { parkAction, type ParkReason } from './judge-park.ts';
import type { Links } from './links.ts';
import { gives, takes, tupleKey, writesOf, type SideWrite } from './tuples.ts';

/** More children than this are left to the transaction of the write itself. */
const CHILDREN = 1000;

/** A child needs its parent on the side, and a parent leaves only when no child is left (L3, L7). */
export async function judgeReferences(pass: Pass, page: readonly ActionRow[], links: Links): Promise<void> {
  for (const action of page) {
    for (const write of writesOf(action)) {
      for (const rule of pass.constraints.references[write.side].get(action.collection) ?? [])
        await judgeChild(pass, action, write, rule, links);
      await judgeParent(pass, action, write, links);
    }
  }
}

async function judgeChild(
  pass: Pass,
  action: ActionRow,
  write: SideWrite,
  rule: ReferenceRule,
  links: Links,
): Promise<void> {
  if (links.isOut(action.id)) return;
  const taken = takes(write, rule);
  if (!taken) return;
  const provided = await pass.store.claims(pass.run, {
    side: write.side,
    collection: rule.parent,
    index: referenceIndex(rule),
    values: [taken.key],
  });
  const provider = provided[0];
  const [there] = await find(pass, write.side, rule.parent, rule.parentFields, taken.values, 2);
  const leaving = there === undefined ? null : await leaves(pass, write.side, rule, there);
  if (there !== undefined && (leaving === null || (await waitsBeside(pass, { action, write, rule }, leaving, links))))
    return;
  if (provider) {
    links.add({
      before: provider.action,
      after: action.id,
      kind: 'fk-parent-missing',
      side: write.side,
      fields: rule.fields,
    });
    return;
  }
  const parent = there ?? (await parentKey(pass, write.side, rule, taken.values));
  await parkAction(pass, links, action, {
    kind: 'fk-parent-missing',
    fields: rule.fields,
    side: write.side,
    index: rule.name,
    reason: `It refers to ${rule.parent} ${valuesText(taken.values)} (${rule.fields.join(', ')}), which ${pass.settings.sideLabel[write.side]} ${there === undefined ? 'does not have' : 'is about to lose'}.`,
    waits: parent === null ? [] : [{ collection: rule.parent, key: parent }],
    stands: (record) => there !== undefined || tupleKey(record, parentTuple(rule)) !== taken.key,
  });
}

/** What takes the parent's referenced value away from this side, if the plan does. */
async function leaves(pass: Pass, side: SideName, rule: ReferenceRule, parent: Key): Promise<ActionRow | null> {
  const move = (await pass.store.staged(pass.id, pass.run, rule.parent, [parent])).get(parent);
  const gone = (move ? writesOf(move) : []).some((one) => one.side === side && gives(one, parentTuple(rule)) !== null);
  return move && gone ? move : null;
}

/** What was planned along with a decision waits on where the decision brings a child: then the parent stays. */
async function waitsBeside(
  pass: Pass,
  { action, write, rule }: { readonly action: ActionRow; readonly write: SideWrite; readonly rule: ReferenceRule },
  parent: ActionRow,
  links: Links,
): Promise<boolean> {
  if (isPlanned(action.origin) || !isPlanned(parent.origin)) return false;
  const { collection, key } = action;
  const refersTo = (record: State): boolean => tupleKey(record, rule) === tupleKey(write.to, rule);
  await parkAction(pass, links, parent, {
    kind: 'fk-child-exists',
    fields: rule.parentFields,
    side: write.side,
    index: rule.name,
    waits: [{ collection, key, stands: refersTo }],
  });
  return true;
}

/** The key of a parent that is not there: from its values where they are the key, else from the side that has it. */
async function parentKey(
  pass: Pass,
  side: SideName,
  rule: ReferenceRule,
  values: readonly Value[],
): Promise<Key | null> {
  const { key } = collectionOf(pass, rule.parent);
  if (key.length === rule.parentFields.length && key.every((field) => rule.parentFields.includes(field))) {
    const at = key.map((field) => rule.parentFields.indexOf(field));
    return encodeKey(
      at.map((i) => values[i] ?? null),
      at.map((i) => rule.collations[i] ?? 'binary'),
    );
  }
  const [found] = await find(pass, otherSide(side), rule.parent, rule.parentFields, values, 1);
  return found ?? null;
}

/** All records that refer to the one that leaves are looked for, by whatever reference: the person has to know every one. */
async function judgeParent(pass: Pass, action: ActionRow, write: SideWrite, links: Links): Promise<void> {
  if (links.isOut(action.id) || write.from === null) return;
  const waits: InTheWay[] = [];
  let first: ReferenceRule | null = null;
  for (const rule of pass.constraints.children[write.side].get(action.collection) ?? []) {
    const found = await childrenInTheWay(pass, action, write, rule, links);
    if (found.length > 0) first ??= rule;
    waits.push(...found);
  }
  if (first === null) return;
  await parkAction(pass, links, action, {
    kind: 'fk-child-exists',
    fields: first.parentFields,
    side: write.side,
    index: first.name,
    waits: waits.slice(0, NAMED),
    ...(action.origin === 'plan' ? {} : { reason: await refersText(pass, action, write.side, waits) }),
  });
}

/** A decision that would delete the record: nobody has deleted it yet. */
async function refersText(pass: Pass, action: ActionRow, side: SideName, waits: readonly InTheWay[]): Promise<string> {
  const names = waits.slice(0, 3).map(recordName);
  const more = waits.length > names.length ? ` and ${waits.length - names.length} more` : '';
  const refer = `Records on ${pass.settings.sideLabel[side]} refer to ${recordName(action)}: ${names.join(', ')}${more}.`;
  const run = await broughtBy(pass, action.note.undoOf, side, waits);
  return run === null
    ? refer
    : `${refer} Run ${run} wrote ${waits.length === 1 ? 'that' : 'them'} since. ${undoFirst(run)}`;
}

/** Of the undo of run `undone`: the last of the runs since then that wrote what refers to the record. `null` where somebody else wrote some of it. */
async function broughtBy(
  pass: Pass,
  undone: number | undefined,
  side: SideName,
  waits: readonly InTheWay[],
): Promise<number | null> {
  if (undone === undefined || waits.length > NAMED) return null;
  const found: number[] = [];
  for (const [collection, children] of Map.groupBy(waits, (one) => one.collection)) {
    const now = await pass.sides[side].read(
      collection,
      children.map(({ key }) => key),
    );
    const places = children.map(({ key, fields }) => ({ key, side, now: now.get(key) ?? null, fields }));
    const runs = await laterRuns(pass, { collection, from: undone + 1 }, places);
    if (places.some((place) => !runs.has(placeOf(place)))) return null;
    found.push(...runs.values());
  }
  return Math.max(...found);
}

/** So many records in the way are noted one by one. */
const NAMED = 20;

type InTheWay = ParkReason['waits'][number] & { readonly fields: readonly string[] };

async function childrenInTheWay(
  pass: Pass,
  action: ActionRow,
  write: SideWrite,
  rule: ReferenceRule,
  links: Links,
): Promise<readonly InTheWay[]> {
  const given = gives(write, parentTuple(rule));
  if (!given) return [];
  const children = (await find(pass, write.side, rule.child, rule.fields, given.values, CHILDREN)).filter(
    (key) => rule.child !== action.collection || key !== action.key,
  );
  const staged = await pass.store.staged(pass.id, pass.run, rule.child, children);
  const refersTo = (record: State): boolean => tupleKey(record, rule) === given.key;
  const inTheWay = children.filter((key) => {
    const move = staged.get(key);
    const childWrite = move && writesOf(move).find((one) => one.side === write.side);
    const stays = !childWrite || refersTo(childWrite.to);
    if (!stays && move)
      links.add({
        before: move.id,
        after: action.id,
        kind: 'fk-child-exists',
        side: write.side,
        fields: rule.parentFields,
      });
    return stays;
  });
  return inTheWay.map((key) => ({ collection: rule.child, key, stands: refersTo, fields: rule.fields }));
}

async function find(
  pass: Pass,
  side: SideName,
  collection: string,
  fields: readonly string[],
  tuple: readonly Value[],
  limit: number,
): Promise<readonly Key[]> {
  const { lookup } = pass.sides[side];
  if (!lookup) return [];
  return (await lookup.find({ collection, fields, tuples: [tuple], limit }))[0] ?? [];
}
