import { z } from 'zod';
import { nearest } from '../lib/nearest.ts';

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  readonly path: readonly (string | number)[];
  /** The last part of the path is a key that nobody knows. */
  readonly unknownKey: boolean;
  readonly text: string;
}

/** The issues of a failed parse, each as one sentence; an unknown key names the nearest known one. */
export function problemsOf(schema: z.ZodType, error: z.ZodError): readonly ConfigProblem[] {
  return error.issues.flatMap((issue): ConfigProblem[] => {
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    if (issue.code !== 'unrecognized_keys') return [{ path, unknownKey: false, text: wrongValue(path, issue.message) }];
    const known = knownKeys(schema, path);
    return issue.keys.map((key) => ({ path: [...path, key], unknownKey: true, text: unknownKey(path, key, known) }));
  });
}

const at = (path: readonly (string | number)[]): string => (path.length === 0 ? 'at the top' : `in ${path.join('.')}`);

function unknownKey(path: readonly (string | number)[], key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return `The key “${key}” ${at(path)} is not known.${near ? ` Did you mean “${near}”?` : ''}`;
}

function wrongValue(path: readonly (string | number)[], message: string): string {
  return path.length === 0
    ? `The file is not a configuration: ${message}.`
    : `The value of ${path.join('.')} is not usable: ${message}.`;
}

/** The keys that may stand at `path`. */
export function knownKeys(schema: z.ZodType, path: readonly (string | number)[]): readonly string[] {
  let here: unknown = unwrap(schema);
  for (const part of path) {
    if (here instanceof z.ZodObject) here = unwrap((here.shape as Record<string, unknown>)[part]);
    else if (here instanceof z.ZodRecord) here = unwrap(here.valueType);
    else if (here instanceof z.ZodArray) here = unwrap(here.element);
    else return [];
  }
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
}

function unwrap(schema: unknown): unknown {
  let here = schema;
  while (here instanceof z.ZodOptional || here instanceof z.ZodDefault || here instanceof z.ZodNullable)
    here = here.unwrap();
  return here;
}
