import { elementOfValue } from '../../../engine/port/bson-value.ts';
import { bsonType } from '../../../engine/port/bson-key.ts';
import {
  FIELD_ORDER,
  type DeleteIntent,
  type InsertIntent,
  type UpdateIntent,
  type WriteIntent,
} from '../../../engine/port/connector.ts';
import type { Key } from '../../../engine/port/key-codec.ts';
import { HOLDS_MORE, holdsMoreText, WITH_ANOTHER, WITH_DELETE } from '../../../engine/port/own-values.ts';
import { fieldOf, type RecordImage, sameState, withFields } from '../../../engine/port/record.ts';
import { sameValue, type Value } from '../../../engine/port/value.ts';
import { ID, type BoundCollection, type Carried, type Found } from '../bound-collection.ts';
import { cannotHold, driverDocument, type DriverDocument, UnwritableBson } from '../bson/build.ts';
import { bytesIn, type NamedElement } from '../bson/walk.ts';
import { driverIdOf, keyOfId } from '../id-key.ts';
import { isPlainName, type Pins, pinsOfDocument, pinsOfFields } from './pins.ts';
import { APPLIED, appliedAs, changed, type Prepared, rejected, uncarried } from './step.ts';

/** A statement in a command has at most 16 MB, with what it compares and what it writes. */
const STATEMENT_BYTES = 15 * 1024 * 1024;

export interface Case {
  readonly at: number;
  readonly bound: BoundCollection;
  /** What stands under the key; `undefined`: nothing does, or (for an insert outside of a transaction) nobody looked. */
  readonly current: Found | undefined;
  readonly comparing: Comparing;
}

/**
 * In a transaction what was read stays as it is (`none`). Otherwise the statement compares once more: `exact` only where
 * that tells every difference and costs nothing, and the rest is for a transaction; `best` as well as can be.
 */
export type Comparing = 'none' | 'exact' | 'best';

/** Compares what stands there with what the intent expects, and makes the statement that carries it out. */
export function prepare(intent: WriteIntent, context: Case): Prepared {
  try {
    switch (intent.op) {
      case 'insert':
        return insertion(intent, context);
      case 'update':
        return update(intent, context);
      case 'delete':
        return deletion(intent, context);
    }
  } catch (error) {
    if (!(error instanceof UnwritableBson)) throw error;
    return rejected(error.message.includes('16 MB') ? 'too-large' : 'type', error.message);
  }
}

function insertion(intent: InsertIntent, { at, bound, current }: Case): Prepared {
  if (current) return 'left' in current ? uncarried(current) : changed(current.record);
  const refused = refusedRecord(bound, intent.to, intent.key);
  if (refused) return refused;
  const elements = bound.elementsFor(intent.to);
  if ('unmapped' in elements) return unmapped(elements.unmapped);
  const { document, bytes } = writable(elements);
  const result = appliedAs(otherOrder(bound, intent.to, elements));
  return { step: { at, intent, bound, op: 'insert', statement: document, bytes, intended: elements, result } };
}

const unmapped = (name: string): Prepared => rejected('other', `the pair maps no field ${JSON.stringify(name)}`, name);

function refusedRecord(bound: BoundCollection, record: RecordImage, key: Key): Prepared | undefined {
  for (let i = 0; i < record.names.length; i++) {
    const why = cannotHold(record.values[i] as Value);
    if (why !== '') return rejected('type', why, record.names[i]);
  }
  const id = fieldOf(record, bound.keyName);
  if (id === undefined) return rejected('other', 'it has no _id', bound.keyName);
  const found = keyOfId(elementOfValue(id));
  if (found.why !== undefined) return rejected('type', found.why, bound.keyName);
  if (found.key === key) return undefined;
  return rejected('other', 'the record has another key than the one it is written under', bound.keyName);
}

/** The document for the driver, if the server would keep it as it is. */
function writable(elements: readonly NamedElement[]): { document: DriverDocument; bytes: number } {
  const empty = elements.find(({ type, bytes }) => type === bsonType.timestamp && bytes.every((byte) => byte === 0));
  if (empty)
    throw new UnwritableBson(
      `the server puts the time in the place of the empty timestamp in ${JSON.stringify(empty.name)}`,
    );
  const bytes = bytesIn(elements);
  return { document: driverDocument(elements, bytes), bytes };
}

/** The record as it is read again, where its order of fields is not told as it is read. */
function otherOrder(
  bound: BoundCollection,
  record: RecordImage,
  elements: readonly NamedElement[],
): RecordImage | null {
  if (!bound.anyField) return null;
  const order = bound.orderOf(elements.map(({ name }) => name)) || undefined;
  return fieldOf(record, FIELD_ORDER) === order ? null : withFields(record, new Map([[FIELD_ORDER, order]]));
}

function update(intent: UpdateIntent, context: Case): Prepared {
  const { bound, current } = context;
  for (const { name, to } of intent.changes) {
    if (bound.physicalOf(name) === undefined && !(name === FIELD_ORDER && bound.anyField)) return unmapped(name);
    const why = to === undefined ? '' : cannotHold(to);
    if (why !== '') return rejected('type', why, name);
  }
  if (!current) return changed(null);
  if ('left' in current) return uncarried(current);
  const { record } = current;
  if (!intent.changes.every(({ name, from }) => sameValue(fieldOf(record, name), from))) return changed(record);
  const own = intent.replaces ? bound.ownIn(current.elements) : [];
  if (own.length > 0) return rejected(HOLDS_MORE, holdsMoreText(own, WITH_ANOTHER));
  const target = withFields(record, new Map(intent.changes.map(({ name, to }) => [name, to])));
  const refused = refusedRecord(bound, target, intent.key);
  return refused ?? updateTo(intent, context, current, target);
}

function updateTo(intent: UpdateIntent, context: Case, current: Carried, target: RecordImage): Prepared {
  const { at, bound, comparing } = context;
  const made = bound.anyField ? bound.elementsFor(target) : inTheirPlaces(bound, current, target);
  if ('unmapped' in made) return unmapped(made.unmapped);
  const elements = bound.withOmitted(made, current.elements);
  const before = new Map(current.elements.map((element) => [element.name, element]));
  const after = new Map(elements.map((element) => [element.name, element]));
  const result = appliedAs(otherOrder(bound, target, elements));
  const step = { at, intent, bound, intended: elements, before: current.raw, result };
  if (!sameElement(before.get(ID), after.get(ID))) return respelling(step, context, elements);
  const written = elements.filter((element) => !sameElement(before.get(element.name), element));
  const gone = current.elements.filter(({ name }) => !after.has(name));
  const touched = [...written, ...gone].map(({ name }) => name);
  const stays = current.elements.filter(({ name }) => after.has(name)).map(({ name }) => name);
  const natural = [...stays, ...written.map(({ name }) => name).filter((name) => !before.has(name))];
  const added = natural.length - stays.length;
  if (touched.length === 0 && elements.every(({ name }, i) => name === natural[i])) return { result };
  const isPatch = added <= 1 && touched.every(isPlainName) && elements.every(({ name }, i) => name === natural[i]);
  return isPatch
    ? patch(step, { written, gone, before, key: intent.key, comparing })
    : replacement(step, { elements, current, key: intent.key, comparing });
}

type Begun = Pick<
  Extract<Prepared, { step: unknown }>['step'],
  'at' | 'intent' | 'bound' | 'intended' | 'before' | 'result'
>;

const sameElement = (a: NamedElement | undefined, b: NamedElement | undefined): boolean =>
  a !== undefined && b !== undefined && a.type === b.type && a.bytes.equals(b.bytes);

/** Where the pair maps some fields only, the document keeps its order and the others stay. */
function inTheirPlaces(
  bound: BoundCollection,
  current: Carried,
  target: RecordImage,
): readonly NamedElement[] | { readonly unmapped: string } {
  const mapped = bound.elementsFor(target);
  if ('unmapped' in mapped) return mapped;
  const byName = new Map(mapped.map((element) => [element.name, element]));
  const kept = current.elements.flatMap((element) =>
    bound.logicalOf(element.name) === undefined ? [element] : (byName.get(element.name) ?? []),
  );
  const known = new Set(current.elements.map(({ name }) => name));
  return [...kept, ...mapped.filter(({ name }) => !known.has(name))];
}

function respelling(step: Begun, { comparing }: Case, elements: readonly NamedElement[]): Prepared {
  if (comparing !== 'none')
    return { needs: 'transaction', why: 'a server without transactions cannot change how an _id is written' };
  const { document, bytes } = writable(elements);
  return { step: { ...step, op: 'respell', statement: document, bytes } };
}

interface Patch {
  readonly written: readonly NamedElement[];
  readonly gone: readonly NamedElement[];
  readonly before: ReadonlyMap<string, NamedElement>;
  readonly key: Key;
  readonly comparing: Comparing;
}

function patch(step: Begun, { written, gone, before, key, comparing }: Patch): Prepared {
  const { document, bytes } = writable(written);
  const u = {
    ...(written.length > 0 ? { $set: document } : {}),
    ...(gone.length > 0 ? { $unset: new Map(gone.map(({ name }) => [name, ''])) } : {}),
  };
  const names = [...written, ...gone].map(({ name }) => name);
  const compared = names.reduce((sum, name) => sum + (before.get(name)?.bytes.length ?? 0), 0);
  const pins = (): Pins => pinsOfFields(names, before);
  return pinned({ ...step, op: 'update', bytes: bytes + compared }, { key, comparing, pins, u });
}

interface Replacement {
  readonly elements: readonly NamedElement[];
  readonly current: Carried;
  readonly key: Key;
  readonly comparing: Comparing;
}

function replacement(step: Begun, { elements, current, key, comparing }: Replacement): Prepared {
  const { document, bytes } = writable(elements);
  // As a plain document the server would take a name like "$set" for an operator.
  const u = elements.some(({ name }) => name.startsWith('$')) ? [{ $replaceWith: { $literal: document } }] : document;
  const pins = (): Pins => pinsOfDocument(current);
  return pinned({ ...step, op: 'update', bytes: bytes + current.raw.length }, { key, comparing, pins, u });
}

function deletion(intent: DeleteIntent, { at, bound, current, comparing }: Case): Prepared {
  if (!current) return changed(null);
  if ('left' in current) return uncarried(current);
  if (!sameState(current.record, intent.expect)) return changed(current.record);
  const own = intent.evenWithMore ? [] : bound.ownIn(current.elements);
  if (own.length > 0) return rejected(HOLDS_MORE, holdsMoreText(own, WITH_DELETE));
  const begun = { at, intent, bound, intended: null, before: current.raw, result: APPLIED };
  const pins = (): Pins => pinsOfDocument(current);
  // The limit of a command lets a document of the largest size through, with a little around it.
  return pinned({ ...begun, op: 'delete', bytes: current.raw.length }, { key: intent.key, comparing, pins, limit: 1 });
}

interface Pinned {
  readonly key: Key;
  readonly comparing: Comparing;
  readonly pins: () => Pins;
  readonly u?: unknown;
  readonly limit?: 1;
}

const TOO_LARGE = 'what stands there and what is to be written do not fit into one statement together';
const UNSENDABLE = 'what stands there cannot be sent back for the comparison';
const INEXACT = 'a statement alone does not tell every difference';

function pinned(
  step: Begun & { readonly op: 'update' | 'delete'; readonly bytes: number },
  { key, comparing, pins, u, limit }: Pinned,
): Prepared {
  const said = { ...(u === undefined ? {} : { u }), ...(limit ? { limit } : {}) };
  const byKey: [string, unknown] = [ID, { $eq: driverIdOf(key) }];
  if (comparing === 'none') return { step: { ...step, statement: { q: new Map([byKey]), ...said } } };
  if (step.op === 'update' && step.bytes > STATEMENT_BYTES) return { needs: 'transaction', why: TOO_LARGE };
  try {
    const { match, expressions } = pins();
    if (comparing === 'exact' && expressions.length > 0) return { needs: 'transaction', why: INEXACT };
    const compared: [string, unknown][] = expressions.length === 0 ? [] : [['$expr', { $and: expressions }]];
    return { step: { ...step, statement: { q: new Map([byKey, ...match, ...compared]), ...said } } };
  } catch (error) {
    if (!(error instanceof UnwritableBson)) throw error;
    return { needs: 'transaction', why: UNSENDABLE };
  }
}
