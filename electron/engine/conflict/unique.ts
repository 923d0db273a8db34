import type { Key } from '../port/key-codec.ts';
import { keyFromHex } from '../port/key-codec.ts';
import { fieldOf, withFields, type State } from '../port/record.ts';
import type { Value } from '../port/value.ts';
import type { Strategy } from '../../../shared/model/words.ts';
import type { ResolveRequest } from '../requests.ts';
import { collectionOf, type Pass } from '../run/context.ts';
import { holdsSame } from '../run/same-value.ts';
import type { SideName } from '../settings.ts';
import type { ActionNote } from '../state/store.ts';
import type { ItemRow } from '../state/waiting.ts';
import { offer, type Decided, type Outcome } from './decided.ts';
import { isNullable, mayBeEmptied } from './emptied.ts';
import { promiseOf, suggestion, takenBy, type Promised } from './free-value.ts';
import { mergedFor, strategiesFor } from './strategies.ts';
import { suggestedValue } from './suggest.ts';
import { valuesText } from './records.ts';

/** A unique clash: the record of this computer and the one of the remote side that hold the same value. */
interface Clash {
  readonly collection: string;
  readonly field: string;
  readonly local: Party;
  readonly remote: Party;
}
interface Party {
  /** Not the record of the item: only the state on its own side was shown. */
  readonly only?: SideName;
  readonly key: Key;
  readonly a: State;
  readonly b: State;
  readonly base: Decided['base'];
}

export const otherKeyOf = (item: Pick<ItemRow, 'extra'>): Key | null =>
  item.extra.otherKey === undefined ? null : keyFromHex(item.extra.otherKey);

/** The strategies for two records that want one value. No record is ever deleted here (requirements.md B). */
export async function decideUnique(
  pass: Pass,
  item: ItemRow,
  request: ResolveRequest,
  note: ActionNote,
  promised: Promised,
): Promise<Outcome> {
  const { strategy } = request;
  if (!strategiesFor.unique.includes(strategy))
    return { refused: `${strategy} makes no sense for unique. ${offer(strategiesFor.unique)}`, code: 'refused' };
  const clash = await clashOf(pass, item);
  if ('refused' in clash) return clash;
  const given =
    request.fields?.get(clash.field) ??
    (request.value instanceof Map ? request.value.get(clash.field) : (request.value as Value | undefined));
  const chosen = given === undefined ? await madeUp(pass, clash, { item, strategy, promised }) : { to: given };
  if ('refused' in chosen) return chosen;
  const wrong = given === undefined ? null : await whyNot(pass, clash, given);
  if (wrong) return wrong;
  return strategy === 'keep_local'
    ? changeRemote(pass, clash, chosen.to, note)
    : changeLocal(pass, clash, chosen.to, note, request);
}

/** The new value of the record that gives way; `undefined` takes the field away. */
interface Chosen {
  readonly to: Value | undefined;
}

/** Where no value was given: keep_remote clears the field if it may be empty, and rename_local takes a suggestion. */
async function madeUp(
  pass: Pass,
  clash: Clash,
  { item, strategy, promised }: { readonly item: ItemRow; readonly strategy: Strategy; readonly promised: Promised },
): Promise<Chosen | Extract<Outcome, { refused: string }>> {
  const needed = (what: string): Extract<Outcome, { refused: string }> => ({ refused: what, code: 'refused' });
  if (strategy === 'merge') return needed('merge needs a value: give --value NEW.');
  if (strategy === 'keep_local')
    return needed('keep_local on a unique clash needs a new value for the remote record: give --value NEW.');
  if (strategy === 'keep_remote' && (await mayBeEmptied(pass, clash.collection, clash.field, promised)))
    return { to: collectionOf(pass, clash.collection).anyField ? undefined : null };
  const value = await suggested(pass, clash, item, promised);
  return value === undefined
    ? needed(`No value like this one can be made up for ${clash.field}: give --value NEW.`)
    : { to: value };
}

async function whyNot(pass: Pass, clash: Clash, value: Value): Promise<Outcome | null> {
  if (value === null && !(await isNullable(pass, clash.collection, clash.field)))
    return { refused: `${clash.field} cannot be empty.`, code: 'value-invalid' };
  if (!(await takenBy(pass, clash.collection, clash.field, value))) return null;
  return {
    refused: `The value ${valuesText([value])} is taken already. Choose another one, or leave it out and take the suggestion.`,
    code: 'value-taken',
  };
}

/** The field that a new value is for: of an index over several the first that is no part of the key. */
export const disputedField = (pass: Pass, { collection, fields }: ItemRow): string | undefined =>
  fields.find((name) => !collectionOf(pass, collection).key.includes(name)) ?? fields[0];

async function clashOf(pass: Pass, item: ItemRow): Promise<Clash | { refused: string; code: 'refused' | 'moved' }> {
  const other = otherKeyOf(item);
  const field = disputedField(pass, item);
  if (other === null || field === undefined)
    return { refused: 'The other record of this clash is not known; edit one of the two by hand.', code: 'refused' };
  const mine = { key: item.key, a: item.a, b: item.b, base: item.base };
  const localFirst = item.extra.side === 'B';
  const theirs = { ...(await party(pass, item.collection, other)), only: localFirst ? ('B' as const) : ('A' as const) };
  const resting = (await pass.store.parked(pass.id, item.collection, [other])).get(other)?.hold;
  if (resting)
    return {
      refused: 'The other record of this clash rests after an undo. Decide about it first: tandem holds',
      code: 'refused',
    };
  const clash = {
    collection: item.collection,
    field,
    local: localFirst ? mine : theirs,
    remote: localFirst ? theirs : mine,
  };
  if (await stillClashes(pass, clash, item)) return clash;
  await pass.store.commit(pass.id, { touch: [item] });
  return {
    refused: 'The other record does not hold this value any more. Nothing was written; look at it again.',
    code: 'moved',
  };
}

/** Both records still hold one value under the index, as the side compares it. */
function stillClashes(pass: Pass, { local, remote, collection }: Clash, item: ItemRow): Promise<boolean> {
  const { side = 'B', index } = item.extra;
  const disputed = { side, collection, index, fields: item.fields };
  return side === 'B'
    ? holdsSame(pass, disputed, local.a, { key: remote.key, record: remote.b })
    : holdsSame(pass, disputed, remote.b, { key: local.key, record: local.a });
}

/** The value that the record of the item wants: does anybody else still hold it on the side where it was taken? */
export async function isStillTaken(pass: Pass, item: ItemRow): Promise<boolean> {
  const side = item.extra.side ?? 'B';
  const rule = pass.constraints.unique[side].get(item.collection)?.find(({ name }) => name === item.extra.index);
  const record = side === 'B' ? item.a : item.b;
  if (record === null) return false;
  const wanted = item.fields.map((field) => fieldOf(record, field) ?? null);
  const found = await pass.sides[side].lookup?.find({
    collection: item.collection,
    fields: item.fields,
    tuples: [wanted],
    limit: 2,
    ...(rule?.index ? { index: rule.index } : {}),
  });
  return found === undefined || (found[0] ?? []).some((key) => key !== item.key);
}

async function party(pass: Pass, collection: string, key: Key): Promise<Party> {
  const a = (await pass.sides.A.read(collection, [key])).get(key) ?? null;
  const b = (await pass.sides.B.read(collection, [key])).get(key) ?? null;
  const base = (await pass.store.facts(pass.id, collection, [key])).get(key)?.base ?? null;
  return { key, a, b, base };
}

/** What was shown, if it is still free; else another one. */
async function suggested(pass: Pass, clash: Clash, item: ItemRow, promised: Promised): Promise<Value | undefined> {
  const { collection, field } = clash;
  const old = fieldOf(clash.local.a, field) ?? null;
  const shown = item.extra.suggestion;
  const known = shown === undefined ? undefined : suggestedValue(shown, old);
  if (known === undefined || (await takenBy(pass, collection, field, known, promised)))
    return suggestion(pass, collection, field, old, promised);
  promised.add(promiseOf(collection, field, known));
  return known;
}

/** What the changed record is made from: its own side alone, or both states where the item showed both. */
function ownState(pass: Pass, collection: string, { only, base, a, b }: Party, side: SideName): State {
  if (only) return only === 'A' ? a : b;
  return mergedFor(base, a, b, side, collectionOf(pass, collection));
}

function changeLocal(
  pass: Pass,
  clash: Clash,
  value: Value | undefined,
  note: ActionNote,
  request: ResolveRequest,
): Outcome {
  const { local, collection, field } = clash;
  const merged = ownState(pass, collection, local, 'A');
  if (!merged) return { refused: 'The local record is gone.', code: 'moved' };
  const patch = new Map<string, Value | undefined>(request.fields ?? []);
  if (request.value instanceof Map) for (const [name, one] of request.value) patch.set(name, one);
  patch.set(field, value);
  const label = pass.settings.sideLabel.A;
  const text =
    value === null || value === undefined
      ? `${field} of the record on ${label} is cleared, on both sides; the other record keeps its value.`
      : `The record on ${label} gets ${field} ${valuesText([value])}, on both sides; the other record keeps its value.`;
  return { text, decided: [{ ...local, collection, agreed: withFields(merged, patch), note: { ...note, text } }] };
}

function changeRemote(pass: Pass, clash: Clash, value: Value | undefined, note: ActionNote): Outcome {
  const { local, remote, collection, field } = clash;
  const theirs = ownState(pass, collection, remote, 'B');
  const ours = ownState(pass, collection, local, 'A');
  if (!theirs || !ours) return { refused: 'One of the two records is gone.', code: 'moved' };
  const text = `The record on ${pass.settings.sideLabel.A} keeps its ${field}; the other one gets ${valuesText([value ?? null])}, on both sides.`;
  const { item: _item, ...rest } = note;
  const [mine, other] = local.only ? [rest, note] : [note, rest];
  const changed: Decided = {
    ...remote,
    collection,
    agreed: withFields(theirs, new Map([[field, value]])),
    note: { ...other, text },
  };
  return {
    text,
    decided: local.only ? [changed] : [changed, { ...local, collection, agreed: ours, note: { ...mine, text } }],
  };
}
