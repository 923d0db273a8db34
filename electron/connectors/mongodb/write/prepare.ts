import { valueOfElement } from '../../../engine/port/bson-value.ts';
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
import { BsonValue, sameValue, type Value } from '../../../engine/port/value.ts';
import { ID, type BoundCollection, type Carried, type Found } from '../bound-collection.ts';
import { cannotHold, UnwritableBson } from '../bson/build.ts';
import { isPlain, oddIn } from '../bson/odd.ts';
import { apply, int32, listOf, literal, named, objectOf, text } from '../bson/statement.ts';
import { documentOf, type NamedElement, UnreadableBson } from '../bson/walk.ts';
import { elementOfKey, keyOfIdValue } from '../id-key.ts';
import { conditionsOf, isPlainName, type Pins, pinsOfDocument, pinsOfFields } from './pins.ts';
import { APPLIED, appliedAs, changed, type Prepared, rejected, type Step, uncarried } from './step.ts';

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
    if (error instanceof UnwritableBson) return rejected('type', error.message);
    if (error instanceof UnreadableBson) return rejected('type', `one of its values is damaged: ${error.message}`);
    throw error;
  }
}

function insertion(intent: InsertIntent, { at, bound, current, comparing }: Case): Prepared {
  if (current) return 'left' in current ? uncarried(current) : changed(current.record);
  const refused = refusedRecord(bound, intent.to, intent.key);
  if (refused) return refused;
  const made = bound.documentFor(intent.to);
  if ('unmapped' in made) return unmapped(made.unmapped);
  const { document, order } = made;
  const odd = oddOf(intent.to);
  const result = appliedAs(otherOrder(bound, intent.to, order));
  return checked({ at, intent, bound, op: 'insert', statement: document, intended: document, odd, result }, comparing);
}

const unmapped = (name: string): Prepared => rejected('other', `the pair maps no field ${JSON.stringify(name)}`, name);

function refusedRecord(bound: BoundCollection, record: RecordImage, key: Key): Prepared | undefined {
  for (let i = 0; i < record.names.length; i++) {
    const why = cannotHold(record.values[i] as Value);
    if (why !== '') return rejected('type', why, record.names[i]);
  }
  const id = fieldOf(record, bound.keyName);
  if (id === undefined) return rejected('other', 'it has no _id', bound.keyName);
  const found = keyOfIdValue(id);
  if (found.why !== undefined) return rejected('type', found.why, bound.keyName);
  if (found.key === key) return undefined;
  return rejected('other', 'the record has another key than the one it is written under', bound.keyName);
}

/** What no driver sends in these fields; '' if nothing. Fails where the server would not keep them. */
function oddOf({ names, values }: RecordImage): string {
  let odd = '';
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(value instanceof BsonValue)) continue;
    if (value.type === bsonType.timestamp && value.bytes.every((byte) => byte === 0))
      throw new UnwritableBson(
        `the server puts the time in the place of the empty timestamp in ${JSON.stringify(names[i])}`,
      );
    if (odd === '' && !isPlain(value.type)) odd = oddIn({ type: value.type, bytes: Buffer.from(value.bytes) });
  }
  return odd;
}

/** Larger ones no server stores. */
const MAX_DOCUMENT = 16 * 1024 * 1024;

/** What no driver sends has to be looked at when it is written, and taken back where the server keeps something else. */
function checked(step: Step, comparing: Comparing): Prepared {
  if (step.intended && step.intended.length > MAX_DOCUMENT) return rejected('too-large', 'it is larger than 16 MB');
  if (step.odd === '' || comparing === 'none') return { step };
  return {
    needs: 'transaction',
    why: `it holds ${step.odd}, and a server without transactions cannot take it back where it keeps another`,
    code: 'type',
  };
}

/** The record as it is read again, where its order of fields is not told as it is read. */
function otherOrder(bound: BoundCollection, record: RecordImage, read: string): RecordImage | null {
  if (!bound.anyField) return null;
  const order = read || undefined;
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
  const names = elements.map(({ name }) => name);
  const order = bound.anyField ? bound.orderOf(names) : '';
  const result = appliedAs(otherOrder(bound, target, order));
  const step = { at, intent, bound, intended: documentOf(elements), before: current.raw, result };
  if (step.intended.equals(current.raw)) return { result };
  if (!sameElement(before.get(ID), after.get(ID))) return respelling(step, context, elements);
  const written = elements.filter((element) => !sameElement(before.get(element.name), element));
  const gone = current.elements.filter(({ name }) => !after.has(name));
  const touched = [...written, ...gone].map(({ name }) => name);
  const stays = current.elements.filter(({ name }) => after.has(name)).map(({ name }) => name);
  const natural = [...stays, ...written.map(({ name }) => name).filter((name) => !before.has(name))];
  const added = natural.length - stays.length;
  const isPatch = added <= 1 && touched.every(isPlainName) && names.every((name, i) => name === natural[i]);
  return isPatch
    ? patch(step, { written, gone, before, key: intent.key, comparing })
    : replacement(step, { elements, current, key: intent.key, comparing });
}

type Begun = Pick<Step, 'at' | 'intent' | 'bound' | 'before' | 'result'> & { readonly intended: Buffer };

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
    return {
      needs: 'transaction',
      why: 'a server without transactions cannot change how an _id is written',
      code: 'other',
    };
  return checked({ ...step, op: 'respell', statement: step.intended, odd: oddAmong(elements) }, comparing);
}

/** The same of what stands in a document. */
const oddAmong = (elements: readonly NamedElement[]): string =>
  oddOf({ names: elements.map(({ name }) => name), values: elements.map(valueOfElement) });

interface Patch {
  readonly written: readonly NamedElement[];
  readonly gone: readonly NamedElement[];
  readonly before: ReadonlyMap<string, NamedElement>;
  readonly key: Key;
  readonly comparing: Comparing;
}

function patch(step: Begun, { written, gone, before, key, comparing }: Patch): Prepared {
  const names = [...written, ...gone].map(({ name }) => name);
  const u = objectOf(
    ...(written.length > 0 ? [named('$set', objectOf(...written))] : []),
    ...(gone.length > 0 ? [named('$unset', objectOf(...gone.map(({ name }) => named(name, text('')))))] : []),
  );
  const compared = names.reduce((sum, name) => sum + (before.get(name)?.bytes.length ?? 0), 0);
  const pins = (): Pins => pinsOfFields(names, before);
  return pinned(
    { ...step, op: 'update', odd: oddAmong(written) },
    { key, comparing, pins, does: named('u', u), bytes: u.bytes.length + compared },
  );
}

interface Replacement {
  readonly elements: readonly NamedElement[];
  readonly current: Carried;
  readonly key: Key;
  readonly comparing: Comparing;
}

function replacement(step: Begun, { elements, current, key, comparing }: Replacement): Prepared {
  const document = { type: bsonType.object, bytes: step.intended };
  // As a plain document the server would take a name like "$set" for an operator.
  const isPlainDocument = !elements.some(({ name }) => name.startsWith('$'));
  const u = isPlainDocument ? document : listOf([apply('$replaceWith', literal(document))]);
  const pins = (): Pins => pinsOfDocument(current);
  return pinned(
    { ...step, op: 'update', odd: oddAmong(elements) },
    { key, comparing, pins, does: named('u', u), bytes: u.bytes.length + current.raw.length },
  );
}

function deletion(intent: DeleteIntent, { at, bound, current, comparing }: Case): Prepared {
  if (!current) return changed(null);
  if ('left' in current) return uncarried(current);
  if (!sameState(current.record, intent.expect)) return changed(current.record);
  const own = intent.evenWithMore ? [] : bound.ownIn(current.elements);
  if (own.length > 0) return rejected(HOLDS_MORE, holdsMoreText(own, WITH_DELETE));
  const begun = { at, intent, bound, intended: null, before: current.raw, odd: '', result: APPLIED };
  const pins = (): Pins => pinsOfDocument(current);
  // The limit of a command lets a document of the largest size through, with a little around it.
  return pinned(
    { ...begun, op: 'delete' },
    { key: intent.key, comparing, pins, does: named('limit', int32(1)), bytes: 0 },
  );
}

interface Pinned {
  readonly key: Key;
  readonly comparing: Comparing;
  readonly pins: () => Pins;
  /** What the statement does with the document it finds: `u`, or `limit`. */
  readonly does: NamedElement;
  /** What it weighs with all that it compares. */
  readonly bytes: number;
}

const TOO_LARGE = 'what stands there and what is to be written do not fit into one statement together';
const INEXACT = 'a statement alone does not tell every difference';

function pinned(step: Omit<Step, 'statement'>, { key, comparing, pins, does, bytes }: Pinned): Prepared {
  const byKey = named(ID, apply('$eq', elementOfKey(key)));
  const statement = (more: readonly NamedElement[]): Buffer => documentOf([named('q', objectOf(byKey, ...more)), does]);
  if (comparing === 'none') return checked({ ...step, statement: statement([]) }, comparing);
  if (bytes > STATEMENT_BYTES) return { needs: 'transaction', why: TOO_LARGE, code: 'other' };
  const said = pins();
  if (comparing === 'exact' && said.expressions.length > 0)
    return { needs: 'transaction', why: INEXACT, code: 'other' };
  return checked({ ...step, statement: statement(conditionsOf(said)) }, comparing);
}
