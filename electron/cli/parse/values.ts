import type { GivenValue } from '../../../shared/contract/conflict-shapes.ts';
import { isWireValue, type WireRecord, type WireValue } from '../../../shared/model/ejson.ts';
import { usage } from '../cli.ts';

const EXAMPLES: Readonly<Record<string, string>> = {
  '--key': 'Name the table and its key fields, for example --key log=day,number.',
  '--field': 'Name the field and its value, for example --field name=Mary.',
  '--where': 'Name conditions, for example --where kind=unique,collection=admins.',
  'config set': 'Name the key and its value, for example batchSize=500. All keys: tandem config show',
};

/** `NAME=VALUE`, split at the first `=`. */
export function assignment(text: string, option: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1)
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

/** A whole record as a JSON object, or `undefined` where the text is a single value. */
export function givenRecord(text: string): WireRecord | undefined {
  const parsed = jsonObject(text);
  if (parsed === undefined || isWireValue(parsed)) return undefined;
  const entries = Object.entries(parsed).map(([name, value]) => {
    const wire = wireOf(value);
    if (wire === undefined)
      throw usage(
        `Reading the record failed: the value of ${name} is no database value.`,
        'Give null, a text, true, false or a number, or canonical Extended JSON such as {"$numberLong":"5"}.',
      );
    return [name, wire] as const;
  });
  return Object.fromEntries(entries);
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

/** Plain JSON or canonical Extended JSON. */
function wireOf(value: unknown): WireValue | undefined {
  if (isWireValue(value)) return value;
  if (typeof value === 'boolean') return { $numberLong: value ? '1' : '0' };
  if (typeof value !== 'number') return undefined;
  return Number.isSafeInteger(value) ? { $numberLong: String(value) } : { $numberDouble: String(value) };
}
