import type { Key } from '../port/key-codec.ts';
import { keyFromBytes } from '../port/key-codec.ts';
import { fieldOf, withFields, type State } from '../port/record.ts';
import type { Value } from '../port/value.ts';
import type { ResolveRequest } from '../reports.ts';
import { collectionOf, type Pass, type PairContext } from '../run/context.ts';
import { tupleKey, tupleOf } from '../run/tuples.ts';
import { sideNames, type SideName } from '../settings.ts';
import type { ActionNote } from '../state/store.ts';
import type { ItemRow } from '../state/waiting.ts';
import { offer, type Decided, type Outcome } from './decided.ts';
import { mergedFor, strategiesFor } from './strategies.ts';
import { firstFree, suggestValue } from './suggest.ts';

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
  item.extra.otherKey === undefined ? null : keyFromBytes(Buffer.from(item.extra.otherKey, 'hex'));

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
  if (given === undefined && strategy === 'merge')
    return { refused: 'merge needs a value: give --value NEW.', code: 'refused' };
  if (given === undefined && strategy === 'keep_local')
    return {
      refused: `keep_local on a unique clash needs a new value for the remote record: give --value NEW.`,
      code: 'refused',
    };
  const value =
    given === undefined ? await ownValue(pass, clash, { mayClear: strategy === 'keep_remote', item, promised }) : given;
  if (value === null && !(await nullable(pass, clash)))
    return { refused: `${clash.field} cannot be empty.`, code: 'value-invalid' };
  if (value !== null && (await takenBy(pass, clash.collection, clash.field, value))) {
    return {
      refused: `The value ${String(value)} is taken already. Choose another one, or leave it out and take the suggestion.`,
      code: 'value-taken',
    };
  }
  return strategy === 'keep_local'
    ? changeRemote(pass, clash, value, note)
    : changeLocal(pass, clash, value, note, request);
}

async function clashOf(pass: Pass, item: ItemRow): Promise<Clash | { refused: string; code: 'refused' | 'moved' }> {
  const other = otherKeyOf(item);
  const field = item.fields.find((name) => !collectionOf(pass, item.collection).key.includes(name)) ?? item.fields[0];
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
  if (stillClashes(pass, clash, item)) return clash;
  await pass.store.commit(pass.id, { touch: [item] });
  return {
    refused: 'The other record does not hold this value any more. Nothing was written; look at it again.',
    code: 'moved',
  };
}

/** Both records still hold one value under the index, as the side compares it. */
function stillClashes(pass: Pass, { local, remote, collection }: Clash, item: ItemRow): boolean {
  const side = item.extra.side ?? 'B';
  const rule = pass.constraints.unique[side].get(collection)?.find(({ name }) => name === item.extra.index);
  const collations = rule?.collations ?? item.fields.map(() => 'binary' as const);
  const mine = tupleKey(tupleOf(local.a, item.fields), collations);
  return mine !== null && mine === tupleKey(tupleOf(remote.b, item.fields), collations);
}

async function party(pass: Pass, collection: string, key: Key): Promise<Party> {
  const a = (await pass.sides.A.read(collection, [key])).get(key) ?? null;
  const b = (await pass.sides.B.read(collection, [key])).get(key) ?? null;
  const base = (await pass.store.facts(pass.id, collection, [key])).get(key)?.base ?? null;
  return { key, a, b, base };
}

/** Without a value: a suggestion; for keep_remote the value is cleared where the field may be empty. */
async function ownValue(
  pass: Pass,
  clash: Clash,
  { mayClear, item, promised }: { readonly mayClear: boolean; readonly item: ItemRow; readonly promised: Promised },
): Promise<Value> {
  if (mayClear && (await nullable(pass, clash))) return null;
  const old = fieldOf(clash.local.a, clash.field) ?? null;
  const shown = item.extra.suggestion;
  const known = shown === undefined ? undefined : typeof old === 'bigint' ? BigInt(shown) : shown;
  if (known !== undefined && !(await takenBy(pass, clash.collection, clash.field, known, promised))) {
    promised.add(promiseOf(clash.collection, clash.field, known));
    return known;
  }
  return suggestion(pass, clash.collection, clash.field, old, promised);
}

async function nullable(pass: Pass, clash: Clash): Promise<boolean> {
  const settings = collectionOf(pass, clash.collection);
  if (settings.key.includes(clash.field)) return false;
  for (const side of sideNames) {
    const physical = settings.fields.find(({ name }) => name === clash.field)?.[side];
    const schema = await pass.connectors[side].describe();
    const info = schema.collections
      .find(({ name }) => name === settings.physical[side])
      ?.fields.find(({ name }) => name === physical);
    if (!info?.nullable) return false;
  }
  return true;
}

/** A value like the old one that is free on both sides: text gets `_` and four letters or digits, a number the next free one. */
export async function suggestion(
  ctx: PairContext,
  collection: string,
  field: string,
  old: Value,
  promised: Promised = new Set(),
): Promise<Value> {
  const value = await freeValue(old, ctx, (one) => takenBy(ctx, collection, field, one, promised));
  promised.add(promiseOf(collection, field, value));
  return value;
}

async function freeValue(old: Value, ctx: PairContext, taken: (value: Value) => Promise<boolean>): Promise<Value> {
  if (typeof old === 'bigint') {
    for (let next = old + 1n; ; next++) if (!(await taken(next))) return next;
  }
  const text = typeof old === 'string' ? old : String(old ?? 'value');
  const candidates = (function* (): Generator<string> {
    for (;;) yield suggestValue(text, () => ctx.ports.ids.random());
  })();
  return firstFree(candidates, taken, 100);
}

/** Free values that earlier decisions of the same request will take. */
export type Promised = Set<string>;

const promiseOf = (collection: string, field: string, value: Value): string =>
  JSON.stringify([collection, field, String(value).toLowerCase()]);

export async function takenBy(
  ctx: PairContext,
  collection: string,
  field: string,
  value: Value,
  promised: Promised = new Set(),
): Promise<boolean> {
  if (promised.has(promiseOf(collection, field, value))) return true;
  for (const side of sideNames) {
    const index = ctx.constraints.unique[side]
      .get(collection)
      ?.find(({ fields }) => fields.length === 1 && fields[0] === field)?.index;
    const found = await ctx.sides[side].lookup?.find({
      collection,
      fields: [field],
      tuples: [[value]],
      limit: 1,
      ...(index ? { index } : {}),
    });
    if ((found?.[0]?.length ?? 0) > 0) return true;
  }
  return false;
}

/** What the changed record is made from: its own side alone, or both states where the item showed both. */
function ownState(pass: Pass, collection: string, { only, base, a, b }: Party, side: SideName): State {
  if (only) return only === 'A' ? a : b;
  return mergedFor(base, a, b, side, collectionOf(pass, collection));
}

function changeLocal(pass: Pass, clash: Clash, value: Value, note: ActionNote, request: ResolveRequest): Outcome {
  const { local, collection, field } = clash;
  const merged = ownState(pass, collection, local, 'A');
  if (!merged) return { refused: 'The local record is gone.', code: 'moved' };
  const patch = new Map<string, Value | undefined>(request.fields ?? []);
  if (request.value instanceof Map) for (const [name, one] of request.value) patch.set(name, one);
  patch.set(field, value);
  const label = pass.settings.sideLabel.A;
  const text =
    value === null
      ? `${field} of the record on ${label} was cleared; the other record keeps the value.`
      : `The record on ${label} has ${field} ${String(value)} now, on both sides.`;
  return { text, decided: [{ ...local, collection, agreed: withFields(merged, patch), note: { ...note, text } }] };
}

function changeRemote(pass: Pass, clash: Clash, value: Value, note: ActionNote): Outcome {
  const { local, remote, collection, field } = clash;
  const theirs = ownState(pass, collection, remote, 'B');
  const ours = ownState(pass, collection, local, 'A');
  if (!theirs || !ours) return { refused: 'One of the two records is gone.', code: 'moved' };
  const text = `The record on ${pass.settings.sideLabel.A} keeps ${field}; the other one has ${String(value)} now, on both sides.`;
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
