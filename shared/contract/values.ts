import { z } from 'zod';
import { isWireRecord, isWireValue, type WireRecord, type WireValue } from '../model/ejson.ts';

/**
 * Values and records pass by reference through a predicate of our own: `z.record` drops a field named `__proto__`,
 * and a dropped field would be a lost value.
 */
export const wireValue = z.custom<WireValue>(isWireValue, 'is not a canonical Extended JSON value').meta({
  id: 'Value',
  description:
    'Canonical Extended JSON: null, "text", {"$numberLong":"5"}, {"$numberDouble":"1.5"}, {"$binary":{"base64":"…","subType":"00"}}',
});
export const wireRecord = z
  .custom<WireRecord>(isWireRecord, 'is not a record of canonical Extended JSON values')
  .meta({ id: 'Record', description: 'Field name → Value. A missing field is not there.' });
/** A record, or null where there is none. */
export const wireState = wireRecord.nullable();

/** A moment, for people: ISO 8601 with Z. Never = null. */
export const moment = z.iso.datetime();
/** Of pairs, collections and fields; databases set no limit that one could agree on, so this one only stops nonsense. */
export const name = z.string().min(1).max(100_000);
/** Keys are bytes (hexadecimal) and a text that people read, e.g. `7` or `DE, 4711`. */
export const wireKey = z.strictObject({ hex: z.string().regex(/^([0-9a-f]{2})+$/), text: z.string() });
export type WireKey = z.infer<typeof wireKey>;
/** How a caller names a record: the bytes from an earlier answer, or the key fields as the person typed them. */
export const keyRef = z.union([
  z.strictObject({ hex: wireKey.shape.hex }),
  z.strictObject({ parts: z.array(z.string()).min(1) }),
]);
export type KeyRef = z.infer<typeof keyRef>;

export const id = z.int().positive();
export const count = z.int().nonnegative();
/** Collection → number; every collection of the run stands in it, with 0 where nothing moved. */
export const counts = z.record(z.string(), count);
export const sideName = z.enum(['A', 'B']);
export const direction = z.enum(['both', 'a-to-b', 'b-to-a']);
export const opCounts = z.strictObject({ insert: count, update: count, delete: count });
