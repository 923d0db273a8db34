import { bsonType } from '../../../engine/port/bson-type.ts';
import { elementOfValue } from '../../../engine/port/bson-value.ts';
import { FIELD_ORDER, type UpdateIntent } from '../../../engine/port/connector.ts';
import type { Key } from '../../../engine/port/key-codec.ts';
import { HOLDS_MORE, holdsMoreText, WITH_ANOTHER } from '../../../engine/port/own-values.ts';
import { fieldOf, type RecordImage, withFields } from '../../../engine/port/record.ts';
import { sameValue } from '../../../engine/port/value.ts';
import { ID, type BoundCollection, type Carried } from '../bound-collection.ts';
import { cannotHold } from '../bson/build.ts';
import { apply, listOf, literal, named, objectOf, text } from '../bson/statement.ts';
import { documentOf, type NamedElement } from '../bson/walk.ts';
import { oddAmong, otherOrder, refusedRecord, unmapped } from './checks.ts';
import { type Case, checked, type Comparing, pinned } from './compared.ts';
import { isPlainName, type Pins, pinsOfDocument, pinsOfFields } from './pins.ts';
import { APPLIED, appliedAs, changed, type Prepared, rejected, type Step, uncarried } from './step.ts';

/** Compares what stands there with every `from`, and makes the statement that writes every `to`. */
export function update(intent: UpdateIntent, context: Case): Prepared {
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
  const written = inPlace(intent, bound);
  if (written) return patchOf(intent, context, current, written);
  const target = withFields(record, new Map(intent.changes.map(({ name, to }) => [name, to])));
  const refused = refusedRecord(bound, target, intent.key);
  return refused ?? updateTo(intent, context, current, target);
}

/** Fields that all have a value before and after: nothing else of the document changes. Most updates are such. */
function inPlace({ changes }: UpdateIntent, bound: BoundCollection): ReadonlyMap<string, NamedElement> | null {
  const written = new Map<string, NamedElement>();
  for (const { name, from, to } of changes) {
    const physical = bound.physicalOf(name);
    if (physical === undefined || physical === ID || !isPlainName(physical)) return null;
    if (from === undefined || to === undefined) return null;
    written.set(physical, { name: physical, ...elementOfValue(to) });
  }
  return written;
}

function patchOf(
  intent: UpdateIntent,
  { at, bound, comparing }: Case,
  current: Carried,
  written: ReadonlyMap<string, NamedElement>,
): Prepared {
  const before = new Map<string, NamedElement>();
  const elements = current.elements.map((element) => {
    const after = written.get(element.name);
    if (after) before.set(element.name, element);
    return after ?? element;
  });
  const step = { at, intent, bound, intended: documentOf(elements), before: current.raw, result: APPLIED };
  if (step.intended.equals(current.raw)) return { result: APPLIED };
  const differ = [...written.values()].filter((element) => !sameElement(before.get(element.name), element));
  return patch(step, { written: differ, gone: [], before, key: intent.key, comparing });
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
