import type { Stamp, StampOutcome } from '../../../engine/port/connector.ts';
import { elementOfValue } from '../../../engine/port/bson-value.ts';
import type { Value } from '../../../engine/port/value.ts';
import type { BoundCollection } from '../bound-collection.ts';
import { driverValueOf, UnwritableBson } from '../bson/build.ts';
import { driverIdOf } from '../id-key.ts';
import { type MongoDatabase, WRITE_CONCERN } from '../mongo-database.ts';
import { holdsOwn } from '../holds-own.ts';
import { pinsOfFields } from './pins.ts';
import { errorsIn, WriteConcernFailed } from './send.ts';

const CHUNK = 1000;

/** Stamps of one collection. Each statement is atomic by itself and names no field but those of its stamp. */
export async function writeStamps(
  database: MongoDatabase,
  bound: BoundCollection,
  stamps: readonly Stamp[],
): Promise<StampOutcome> {
  let refused = 0;
  let why = '';
  for (let at = 0; at < stamps.length; at += CHUNK) {
    const updates = stamps.slice(at, at + CHUNK).flatMap((stamp) => statementFor(bound, stamp) ?? []);
    if (updates.length === 0) continue;
    const command = { update: bound.physical, updates, ordered: false, writeConcern: WRITE_CONCERN };
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
function statementFor({ spec }: BoundCollection, { key, where, set, fill }: Stamp): Record<string, unknown> | null {
  const literal = (value: Value): unknown => ({ $literal: driverValueOf(value) });
  const fields = new Map<string, unknown>(Object.entries(set).map(([name, value]) => [name, literal(value)]));
  for (const [name, value] of Object.entries(fill)) fields.set(name, { $ifNull: [`$${name}`, literal(value)] });
  try {
    const before = where.value === undefined ? [] : [[where.name, elementOfValue(where.value)] as const];
    const { match, expressions } = pinsOfFields([where.name], new Map(before));
    const compared: [string, unknown][] = expressions.length === 0 ? [] : [['$expr', { $and: expressions }]];
    const untouched: [string, unknown][] = spec.omit ? [['$nor', [holdsOwn(spec.omit)]]] : [];
    const q = new Map([['_id', { $eq: driverIdOf(key) }], ...match, ...compared, ...untouched]);
    return { q, u: [{ $set: fields }] };
  } catch (error) {
    // What stands in `where` cannot be sent for a comparison, so nobody could tell whether it is still there.
    if (error instanceof UnwritableBson) return null;
    throw error;
  }
}
