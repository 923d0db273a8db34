import { serialize } from 'bson';
import type { Stamp, StampOutcome } from '../../../engine/port/connector.ts';
import { elementOfValue, type BsonElement } from '../../../engine/port/bson-value.ts';
import type { Value } from '../../../engine/port/value.ts';
import type { BoundCollection } from '../bound-collection.ts';
import { apply, listOf, literal, named, objectOf, text } from '../bson/statement.ts';
import { documentOf, elementsOf, type NamedElement } from '../bson/walk.ts';
import { elementOfKey } from '../id-key.ts';
import { type MongoDatabase, WRITE_CONCERN } from '../mongo-database.ts';
import { holdsOwn } from '../holds-own.ts';
import { documentSequence } from './document-sequence.ts';
import { conditionsOf, pinsOfFields } from './pins.ts';
import { errorsIn, WriteConcernFailed } from './send.ts';

const CHUNK = 1000;

/** Stamps of one collection. Each statement is atomic by itself and names no field but those of its stamp. */
export async function writeStamps(
  database: MongoDatabase,
  bound: BoundCollection,
  stamps: readonly Stamp[],
): Promise<StampOutcome> {
  const { omit } = bound.spec;
  const untouched = omit ? elementsOf(Buffer.from(serialize({ $nor: [holdsOwn(omit)] }))) : [];
  let refused = 0;
  let why = '';
  for (let at = 0; at < stamps.length; at += CHUNK) {
    const updates = stamps.slice(at, at + CHUNK).map((stamp) => statementFor(stamp, untouched));
    const list = documentSequence('updates', updates);
    const command = { update: bound.physical, updates: list, ordered: false, writeConcern: WRITE_CONCERN };
    const reply = await database.send(command);
    if (reply['writeConcernError'] !== undefined)
      throw new WriteConcernFailed('the stamps were not acknowledged by most members in time');
    const errors = [...errorsIn(reply['writeErrors']).values()];
    refused += errors.length;
    why = errors[0]?.message ?? why;
  }
  return { refused, why };
}

/** A pipeline, for it alone can fill a field; the server notes nothing where all of it stands already. */
function statementFor({ key, where, set, fill }: Stamp, untouched: readonly NamedElement[]): Buffer {
  const fixed = (value: Value): BsonElement => literal(elementOfValue(value));
  const fields = [
    ...Object.entries(set).map(([name, value]) => named(name, fixed(value))),
    ...Object.entries(fill).map(([name, value]) => named(name, filled(name, fixed(value)))),
  ];
  const before = where.value === undefined ? [] : [[where.name, elementOfValue(where.value)] as const];
  const conditions = conditionsOf(pinsOfFields([where.name], new Map(before)));
  const q = objectOf(named('_id', apply('$eq', elementOfKey(key))), ...conditions, ...untouched);
  return documentOf([named('q', q), named('u', listOf([apply('$set', objectOf(...fields))]))]);
}

const filled = (name: string, value: BsonElement): BsonElement => apply('$ifNull', listOf([text(`$${name}`), value]));
