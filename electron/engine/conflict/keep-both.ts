import { must } from '../../../shared/lib/assert.ts';
import { specsOf } from '../bind-pair.ts';
import { encodeKey, type Collation, type Key } from '../port/key-codec.ts';
import { hashRecord } from '../port/record-codec.ts';
import { changedFields, fieldOf, sameState, withFields, type State } from '../port/record.ts';
import { collectionOf, type Pass } from '../run/context.ts';
import { tupleKey } from '../run/tuples.ts';
import { CHANGED_AT, sideNames } from '../settings.ts';
import type { ActionNote } from '../state/stored.ts';
import type { ItemRow } from '../state/waiting.ts';
import { currentBase, statesOf, type Decided, type Outcome } from './decided.ts';
import { keptSuggestion, type Promised } from './free-value.ts';
import { decidedIn, recordsOf } from './records.ts';
import { canBeMadeUp } from './suggest.ts';

const PAGE = 1000;

/**
 * insert/insert: two things got one key. The local record moves to a new key, the remote one keeps it; both exist on
 * both sides. The remote side gets the moved record first, and only where it takes it is the local one replaced (E49).
 */
export async function keepBoth(pass: Pass, item: ItemRow, note: ActionNote, promised: Promised): Promise<Outcome> {
  const refused = await whyNotBoth(pass, item);
  if (refused !== null) return { refused, code: 'refused' };
  const [field] = collectionOf(pass, item.collection).key;
  const { a, b } = item;
  if (field === undefined || !a || !b) return { refused: 'Neither side has both records.', code: 'moved' };
  const begun = await begunCopy(pass, item);
  const value = begun
    ? (fieldOf(begun.b, field) ?? null)
    : await keptSuggestion(pass, item, field, fieldOf(a, field) ?? null, promised);
  if (value === undefined)
    return {
      refused: `No key like this one can be made up for ${field}; keep_both is not possible here.`,
      code: 'refused',
    };
  const moved = withFields(a, new Map([[field, value]]));
  const collation: Collation = await collationOf(pass, item.collection, field);
  const text = `Both records are kept: the one of ${pass.settings.sideLabel.A} has ${field} ${String(value)} now.`;
  const { item: _item, ...rest } = note;
  const together = { askFirst: 'B', bond: item.id, text } as const;
  return {
    text,
    decided: [
      {
        collection: item.collection,
        key: item.key,
        base: await currentBase(pass, item),
        a,
        b,
        agreed: b,
        note: { ...note, ...together },
      },
      {
        collection: item.collection,
        ...(begun ?? { key: encodeKey([value], [collation]), base: null, a: null, b: null }),
        agreed: moved,
        only: 'B',
        note: { ...rest, ...together },
      },
    ],
  };
}

/**
 * The copy that this very decision had put on B before it was interrupted, if nobody touched it since: the decision
 * given again takes the same key.
 */
async function begunCopy(pass: Pass, item: ItemRow): Promise<Pick<Decided, 'key' | 'base' | 'a' | 'b'> | null> {
  const { collection } = item;
  const run = decidedIn(item);
  if (run === null) return null;
  for (const { key } of recordsOf(item)) {
    const rows = await pass.store.journal(pass.id, { run, collection, key, status: 'applied', limit: PAGE });
    const sent = rows.find(({ op, side, origin }) => op === 'insert' && side === 'B' && origin === 'resolve');
    const { A: a, B: b } = await statesOf(pass, { collection, key });
    if (!sent || !b || !sent.afterHash?.equals(hashRecord(b)) || !(a === null || sameState(a, b))) continue;
    return { key, base: await currentBase(pass, { collection, key }), a, b };
  }
  return null;
}

/** Of these keys, each with its record on B, the ones to which a decision of the run copied a record that still stands so on A. */
export async function copiesIn(
  pass: Pass,
  { run, collection }: { readonly run: number; readonly collection: string },
  copies: ReadonlyMap<Key, State>,
): Promise<ReadonlySet<Key>> {
  const found = new Set<Key>();
  if (copies.size === 0) return found;
  const given = [...collectionOf(pass, collection).key, ...(pass.settings.stamp ? [CHANGED_AT] : [])];
  for (let afterId = 0; ;) {
    const items = await pass.store.items(pass.id, { collection, decidedIn: run, open: false, afterId, limit: PAGE });
    const last = items.at(-1);
    if (!last) break;
    afterId = last.id;
    for (const item of items)
      for (const { key } of recordsOf(item)) {
        const copy = key === item.key ? null : (copies.get(key) ?? null);
        const from = copy && (await statesOf(pass, item)).A;
        if (from && changedFields(from, copy).every((name) => given.includes(name))) found.add(key);
      }
  }
  return found;
}

/** Why the local record cannot move to another key; `null` if it can. */
export async function whyNotBoth(pass: Pass, item: ItemRow): Promise<string | null> {
  const [field, ...others] = collectionOf(pass, item.collection).key;
  if (field === undefined || others.length > 0) return 'keep_both needs a key of one field.';
  if (item.a && !canBeMadeUp(fieldOf(item.a, field) ?? null))
    return `No key like this one can be made up for ${field}; keep_both is not possible here.`;
  const twice = usedByBoth(pass, item, field);
  if (twice !== null) return `Both records have the same ${twice.join(', ')}, which must be unique.`;
  if (refersBy(pass, item, field)) return `Its ${field} refers to another record, so it cannot get a new one.`;
  if (await referredTo(pass, item)) return `Other records refer to the local one, so it cannot get a new key.`;
  const more = await fieldsBeside(pass, item);
  if (more.length === 0) return null;
  return `The record on ${pass.settings.sideLabel.A} also holds ${more.join(', ')}, outside the pair; keep_both would leave that with the other record.`;
}

/** A unique value that the two records share: side by side they cannot be. */
function usedByBoth({ constraints }: Pass, { collection, a, b }: ItemRow, moved: string): readonly string[] | null {
  const rules = sideNames.flatMap((side) => constraints.unique[side].get(collection) ?? []);
  const shared = rules.find((rule) => {
    const mine = tupleKey(a, rule);
    return !rule.fields.includes(moved) && mine !== null && mine === tupleKey(b, rule);
  });
  return shared?.fields ?? null;
}

/** Is the key a reference as well? Under a made-up one it would refer to nothing. */
const refersBy = ({ constraints }: Pass, { collection }: ItemRow, field: string): boolean =>
  sideNames.some((side) => constraints.references[side].get(collection)?.some(({ fields }) => fields.includes(field)));

/** Fields outside the pair that hold something in the local record: the row stays where it is, and gets another record. */
async function fieldsBeside(pass: Pass, { collection, key }: ItemRow): Promise<readonly string[]> {
  const settings = collectionOf(pass, collection);
  if (settings.anyField) return [];
  const schema = await pass.connectors.A.describe();
  const info = schema.collections.find(({ name }) => name === settings.physical.A);
  const synced = new Set(settings.fields.map(({ A }) => A));
  const beside = (info?.fields ?? []).filter(
    ({ name, generated, hasDefault }) =>
      !synced.has(name) && !generated && !hasDefault && !(info?.autoKey && info.key?.fields.includes(name)),
  );
  const [spec] = specsOf([settings], 'A');
  if (beside.length === 0 || !spec) return [];
  const named = beside.map(({ name }) => ({ name: `beside ${name}`, physical: name }));
  const side = await pass.connectors.A.bind([{ ...spec, fields: [...spec.fields, ...named] }]);
  try {
    const record = (await side.read(collection, [key])).get(key) ?? null;
    return named.filter(({ name }) => (fieldOf(record, name) ?? null) !== null).map(({ physical }) => physical);
  } finally {
    await side.close();
  }
}

async function referredTo(pass: Pass, item: ItemRow): Promise<boolean> {
  for (const rule of pass.constraints.children.A.get(item.collection) ?? []) {
    const tuple = rule.parentFields.map((field) => fieldOf(item.a, field) ?? null);
    const found = await pass.sides.A.lookup?.find({
      collection: rule.child,
      fields: rule.fields,
      tuples: [tuple],
      limit: 1,
    });
    if ((found?.[0]?.length ?? 0) > 0) return true;
  }
  return false;
}

async function collationOf(pass: Pass, name: string, field: string): Promise<Collation> {
  const settings = collectionOf(pass, name);
  const schema = await pass.connectors.A.describe();
  const info = schema.collections.find((one) => one.name === settings.physical.A);
  const physical = must(
    settings.fields.find((one) => one.name === field),
    'the key field',
  ).A;
  const collation = info?.fields.find((one) => one.name === physical)?.collation;
  return collation === undefined || collation === 'unknown' ? 'binary' : collation;
}
