import { z } from 'zod';

type Json = z.core.JSONSchema.BaseSchema;

/** What a setting takes, for people: `a whole number from 1 to 1000`, `ask, local or remote`, `a list of texts`. */
export function takesText(schema: z.ZodType): string {
  const takes = describe(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  const inner = unwrap(schema);
  const why = inner instanceof z.ZodType ? notAmong.get(inner)?.why : undefined;
  return why === undefined ? takes : `${takes} (${why})`;
}

/** Why a value that people may expect is not among those that a setting takes. */
export const notAmong = z.registry<{ readonly why: string }>();

/** The schema without what only says that it may be left out or be null. */
export function unwrap(schema: unknown): unknown {
  let here = schema;
  while (here instanceof z.ZodOptional || here instanceof z.ZodDefault || here instanceof z.ZodNullable)
    here = here.unwrap();
  return here;
}

function describe(json: Json | boolean): string {
  if (typeof json === 'boolean') return 'a value';
  if (json.anyOf) return json.anyOf.map(describe).join(', or ');
  if (json.enum) return either(json.enum.map(String));
  if (json.const !== undefined) return String(json.const);
  switch (json.type) {
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'integer':
    case 'number':
      return numberRange(json);
    case 'string':
      return textOf(json);
    case 'array':
      return listOf(json);
    case 'object':
      return section(json);
    default:
      return 'a value';
  }
}

function textOf({ minLength = 0, maxLength }: Json): string {
  if (maxLength !== undefined)
    return `a text of ${minLength === 0 ? 'at most' : `${minLength} to`} ${maxLength} characters`;
  return minLength === 0 ? 'a text' : 'a text that is not empty';
}

/** Bounds that only say what a computer can count are none. */
function numberRange({ type, minimum, maximum, exclusiveMinimum }: Json): string {
  const noun = type === 'integer' ? 'a whole number' : 'a number';
  const above = bound(exclusiveMinimum);
  const least = above !== undefined && type === 'integer' ? above + 1 : bound(minimum);
  const most = bound(maximum);
  if (above !== undefined && least === undefined)
    return `${noun} above ${above}${most === undefined ? '' : ` and at most ${most}`}`;
  if (least !== undefined && most !== undefined) return `${noun} from ${least} to ${most}`;
  if (least !== undefined) return `${noun} from ${least} on`;
  return most === undefined ? noun : `${noun} up to ${most}`;
}

const bound = (limit: number | boolean | undefined): number | undefined =>
  typeof limit !== 'number' || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? undefined : limit;

function listOf({ items, minItems = 0 }: Json): string {
  const each = typeof items === 'object' && !Array.isArray(items) && items.type === 'string' ? 'texts' : 'lists';
  return `a list of ${each}${minItems > 0 ? `, at least ${minItems}` : ''}`;
}

function section({ properties, required = [] }: Json): string {
  const names = required.length > 0 ? required : Object.keys(properties ?? {});
  return names.length === 0 ? 'a section of keys and values' : `a section with ${names.join(', ')}`;
}

function either(choices: readonly string[]): string {
  const last = choices.at(-1) ?? 'a value';
  return choices.length < 2 ? last : `${choices.slice(0, -1).join(', ')} or ${last}`;
}
