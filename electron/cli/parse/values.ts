import type { GivenValue } from '../../../shared/contract/conflict-shapes.ts';
import { exactJson, jsonWithNumbers } from '../../../shared/lib/exact-json.ts';
import { isWireValue, type WireRecord, type WireValue } from '../../../shared/model/ejson.ts';
import { usage } from '../cli.ts';

const EXAMPLES: Readonly<Record<string, string>> = {
  '--key': 'Name the table and its key fields, for example --key log=day,number.',
  '--field': 'Name the field and its value, for example --field name=Mary.',
  '--where': 'Name conditions, for example --where kind=unique,collection=admins.',
  'config set': 'Name the key and its value, for example batchSize=500. All keys: tandem config show',
};

/** `NAME=VALUE`, split at the first `=`. Only a field of a document may have the empty name. */
export function assignment(text: string, option: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < (option === '--field' ? 0 : 1))
    throw usage(
      `Reading ${option} failed: “${text}” is not of the form NAME=VALUE.`,
      EXAMPLES[option] ?? 'Write it as NAME=VALUE.',
    );
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Stands in offered commands where a person has to write the value. */
export const TO_FILL_IN = '…';

/** One value as typed, or as canonical Extended JSON such as {"$numberLong":"5"}. */
export function givenValue(text: string): GivenValue {
  if (text === TO_FILL_IN)
    throw usage(
      `Reading the command failed: ${TO_FILL_IN} only stands for a value.`,
      `Write the value that both sides shall have in place of ${TO_FILL_IN}`,
    );
  const parsed = jsonObject(text);
  return parsed !== undefined && isWireValue(parsed) ? { value: parsed } : { typed: text };
}

/** What begins one value in Extended JSON, right or wrong; whoever knows the field judges it. */
const EXTENDED =
  /^\$(oid|number(Int|Long|Double|Decimal)|date|binary|uuid|timestamp|regularExpression|code|minKey|maxKey|symbol)$/;

/** A whole record as a JSON object, or `undefined` where the text is a single value. Whole numbers are taken as written. */
export function givenRecord(text: string): WireRecord | undefined {
  const parsed = jsonObject(text);
  if (parsed === undefined || isWireValue(parsed) || EXTENDED.test(Object.keys(parsed)[0] ?? '')) return undefined;
  const twice = keysOf(text).find((name, i, all) => all.indexOf(name) !== i);
  if (twice !== undefined) throw usage(`Reading the record failed: it names ${twice} twice.`, 'Name each field once.');
  const written = numbersAsWritten(text);
  const nested = exactJson(text) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]) => {
      const wire = typeof value === 'number' ? numberFrom(name, written.get(name) ?? '') : wireOf(value, nested[name]);
      if (wire === undefined)
        throw usage(
          `Reading the record failed: the value of ${name} is no database value.`,
          'Give null, a text, true, false, a number, a list, a document, or canonical Extended JSON such as {"$numberLong":"5"}.',
        );
      return [name, wire] as const;
    }),
  );
}

function jsonObject(text: string): object | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** The numbers of a record before anything has rounded them. */
function numbersAsWritten(text: string): ReadonlyMap<string, string> {
  const record = jsonWithNumbers(text, (written) => written);
  return new Map(Object.entries(record as object).map(([name, value]) => [name, String(value)]));
}

/** The names in the text of an object that JSON has read, in order and as often as they are there. */
function keysOf(json: string): string[] {
  const names: string[] = [];
  let depth = 0;
  for (const [token, follows] of json.matchAll(/[{}[\]]|"(?:[^"\\]|\\.)*"(\s*:)?/gs)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (depth === 1 && follows !== undefined) names.push(JSON.parse(token.slice(0, -follows.length)) as string);
  }
  return names;
}

function numberFrom(name: string, written: string): WireValue {
  if (!/^-?\d+$/.test(written)) {
    if (Number.isFinite(Number(written))) return { $numberDouble: written };
    throw usage(
      `Reading the record failed: ${written}, the value of ${name}, is larger than any number of a database.`,
      SMALLER,
    );
  }
  const whole = { $numberLong: String(BigInt(written)) };
  if (isWireValue(whole)) return whole;
  throw usage(
    `Reading the record failed: ${written}, the value of ${name}, is a whole number that no INTEGER can hold.`,
    SMALLER,
  );
}

const SMALLER =
  'Give a number from -9223372036854775808 to 9223372036854775807, the same as text ("…"), or one with a point or an exponent, which is rounded.';

/** Plain JSON or canonical Extended JSON; `undefined` where it begins like the latter and is none. */
function wireOf(value: unknown, exact: unknown): WireValue | undefined {
  if (isWireValue(value)) return value;
  const isWrong = typeof value === 'object' && value !== null && EXTENDED.test(Object.keys(value)[0] ?? '');
  const nested = { $extended: exact };
  return !isWrong && isWireValue(nested) ? nested : undefined;
}
