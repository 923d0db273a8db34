import type { z } from 'zod';
import { calls, type CallName } from '../../shared/contract/calls.ts';
import { keyRef } from '../../shared/contract/values.ts';
import { requestError } from './http-errors.ts';

type Shape = Readonly<Record<string, z.ZodType>>;
type Given = Readonly<Record<string, unknown>>;

/** Where the parameters of a call stand in a request: those that its path names, and all others. */
export function placesOf(name: CallName): {
  readonly inPath: Shape;
  readonly others: Shape;
  readonly hasBody: boolean;
} {
  const { method, path, params } = calls[name];
  const names = new Set([...path.matchAll(/:(\w+)/g)].map(([, each]) => each));
  const entries = Object.entries(params.shape as Shape);
  return {
    inPath: Object.fromEntries(entries.filter(([each]) => names.has(each))),
    others: Object.fromEntries(entries.filter(([each]) => !names.has(each))),
    hasBody: method === 'POST' || method === 'PATCH',
  };
}

/** The parameters of a call as the contract has them; the dispatcher judges them. A query has texts only. */
export function paramsFrom(
  name: CallName,
  { params, query, body }: { readonly params: unknown; readonly query: unknown; readonly body: unknown },
): Given {
  const { inPath, others, hasBody } = placesOf(name);
  const path = read(params as Given, inPath);
  const asked = query as Given;
  if (!hasBody) return merged(path, read(asked, others));
  const [unknown] = Object.keys(asked);
  if (unknown !== undefined)
    throw requestError(
      `Reading the request failed: “${unknown}” stands in the address.`,
      'Put it into the JSON object.',
    );
  if (body !== undefined && (typeof body !== 'object' || Array.isArray(body)))
    throw requestError('Reading the request failed: its content is no JSON object.', 'Send one object, or nothing.');
  return merged(path, (body ?? {}) as Given);
}

function merged(path: Given, others: Given): Given {
  const twice = Object.keys(others).find((each) => Object.hasOwn(path, each));
  if (twice === undefined) return { ...others, ...path };
  throw requestError(`Reading the request failed: ${twice} is given twice.`, 'Give it in the address only.');
}

const read = (texts: Given, shape: Shape): Given =>
  Object.fromEntries(Object.entries(texts).map(([each, text]) => [each, valueFrom(text, shape[each])]));

/** What is of no known kind is left as it is, so that the refusal names it. */
function valueFrom(text: unknown, schema: z.ZodType | undefined): unknown {
  if (schema === undefined || typeof text !== 'string') return text;
  if (schema.type === 'optional') return valueFrom(text, (schema as z.ZodOptional<z.ZodType>).unwrap());
  // Given once it is a list of one; given several times it comes as a list.
  if (schema.type === 'array') return [text];
  if (schema.type === 'number' && /^-?\d{1,16}$/.test(text)) return Number(text);
  if (schema.type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return schema === keyRef ? keyFrom(text) : text;
}

/** What a key looks like in an address. */
export const KEY_IN_PATH = 'The key as it is shown, `hex:…` for its bytes, or a JSON list of its fields.';

function keyFrom(text: string): unknown {
  if (text.startsWith('hex:')) return { hex: text.slice('hex:'.length) };
  return { parts: listFrom(text) ?? [text] };
}

function listFrom(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.map(String) : undefined;
  } catch {
    return undefined;
  }
}
