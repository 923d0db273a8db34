import { parse } from 'yaml';
import { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';
import type { Option } from '../../../shared/config/option.ts';
import { takesText, unwrap } from '../../../shared/config/takes.ts';

type Json = z.core.util.JSONType;

export interface GivenSetting {
  /** As the person named it. */
  readonly shown: string;
  readonly value: Json;
  readonly schema: Option['schema'];
  readonly fallback: unknown;
  /** Of collections or fields that there are, for examples. */
  readonly names: readonly string[];
}

/**
 * Takes the value as it is or, as a text from a command line, as what the text means in YAML, or as a list of texts
 * with commas between them.
 */
export function settingValue({ shown, value, schema, fallback, names }: GivenSetting): unknown {
  for (const candidate of meanings(schema, value)) {
    const parsed = schema.safeParse(candidate);
    if (parsed.success) return parsed.data;
  }
  const example = exampleOf(shown, schema, names);
  throw new AppError({
    code: 'config-invalid',
    operation: 'config.set',
    message: `Setting ${shown} to ${JSON.stringify(value)} failed: it takes ${takesText(schema)}.`,
    next: 'Nothing was changed.',
    hint: `The default is ${JSON.stringify(fallback)}.${example === null ? '' : ` For example: ${example}`}`,
  });
}

/** How `fieldPolicy` is given, for the hints of those who try it otherwise. */
export const mapExample = (shown: string, field = 'name', policy = 'remote'): string =>
  `\`tandem config set '${shown}={"${field}": "${policy}"}'\``;

function meanings(schema: z.ZodType, value: Json): readonly unknown[] {
  if (typeof value !== 'string') return [value];
  return isTextList(schema) && !/^\s*[[{'"]/.test(value)
    ? [value, meaning(value), value.split(',').map((part) => part.trim())]
    : [value, meaning(value)];
}

function meaning(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}

function isTextList(schema: z.ZodType): boolean {
  const inner = unwrap(schema);
  return inner instanceof z.ZodArray && unwrap(inner.element) instanceof z.ZodString;
}

/** Only for what is not plain to write. */
function exampleOf(shown: string, schema: z.ZodType, names: readonly string[]): string | null {
  const inner = unwrap(schema);
  const known = names.length > 0 ? names.slice(0, 2) : ['name'];
  if (inner instanceof z.ZodRecord) return mapExample(shown, known[0]);
  if (isTextList(schema)) return `\`tandem config set ${shown}=${known.join(',')}\``;
  return inner instanceof z.ZodArray ? `\`tandem config set '${shown}=[[${known.join(', ')}]]'\`` : null;
}
