import { deserialize, EJSON, serialize } from 'bson';
import type { ExtendedJson } from '../../../shared/model/ejson.ts';
import { valueOfElement } from '../../engine/port/bson-value.ts';
import type { BsonValue, Value } from '../../engine/port/value.ts';

/*
 * Canonical Extended JSON of single values, by the library of the field. It is for people and for typed values; what is
 * synced never takes this way, since the library knows no field that is there twice.
 */

const NAME = 'v';
/** int32 length, type, name and its end. */
const HEAD = 4 + 1 + NAME.length + 1;

export function jsonOfBson({ type, bytes }: BsonValue): ExtendedJson {
  const document = Buffer.alloc(HEAD + bytes.length + 1);
  document.writeInt32LE(document.length, 0);
  document[4] = type;
  document.write(NAME, 5);
  document.set(bytes, HEAD);
  // A text that is none is shown as well as it can be; one of them keeps nobody from seeing the rest.
  const validation = { utf8: false } as const;
  const plain = deserialize(document, { promoteValues: false, bsonRegExp: true, promoteBuffers: false, validation });
  return (JSON.parse(EJSON.stringify(plain, { relaxed: false })) as { v: ExtendedJson }).v;
}

/** Throws the library's error where `json` is no Extended JSON. */
export function bsonFromJson(json: ExtendedJson): Value {
  const plain = EJSON.parse(JSON.stringify({ [NAME]: json }), { relaxed: false }) as Record<string, unknown>;
  const document = Buffer.from(serialize(plain));
  return valueOfElement({ type: document.readUInt8(4), bytes: document.subarray(HEAD, document.length - 1) });
}
