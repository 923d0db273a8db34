import { z } from 'zod';
import { nearest } from '../lib/nearest.ts';
import { takesText, unwrap } from './takes.ts';

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  readonly path: readonly (string | number)[];
  /** The last part of the path is a key that nobody knows. */
  readonly unknownKey: boolean;
  readonly text: string;
}

/** The issues of a failed parse of `value`, each as one sentence; an unknown key names the nearest known one. */
export function problemsOf(schema: z.ZodType, error: z.ZodError, value: unknown): readonly ConfigProblem[] {
  return error.issues.flatMap((issue): ConfigProblem[] => {
    const path = issue.path.filter((part) => typeof part !== 'symbol');
    if (issue.code !== 'unrecognized_keys') return [{ path, unknownKey: false, text: wrongValue(schema, path, value) }];
    const known = knownKeys(schema, path);
    return issue.keys.map((key) => ({ path: [...path, key], unknownKey: true, text: unknownKey(path, key, known) }));
  });
}

const at = (path: readonly (string | number)[]): string => (path.length === 0 ? 'at the top' : `in ${path.join('.')}`);

function unknownKey(path: readonly (string | number)[], key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return `The key “${key}” ${at(path)} is not known.${near ? ` Did you mean “${near}”?` : ''}`;
}

function wrongValue(schema: z.ZodType, path: readonly (string | number)[], value: unknown): string {
  const wanted = schemaAt(schema, path);
  const takes = wanted ? `it takes ${takesText(wanted)}` : 'it is not of the form that is known';
  if (path.length === 0) return `The file is not a configuration: ${takes}.`;
  const missing = valueAt(value, path) === undefined;
  return `The value of ${path.join('.')} is ${missing ? 'missing' : 'not usable'}: ${takes}.`;
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let here = value;
  for (const part of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined;
    here = (here as Record<string | number, unknown>)[part];
  }
  return here;
}

/** The keys that may stand at `path`. */
export function knownKeys(schema: z.ZodType, path: readonly (string | number)[]): readonly string[] {
  const here = unwrap(schemaAt(schema, path));
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
}

/** What may stand at `path`; `undefined` where the schema says nothing about it. */
export function schemaAt(schema: z.ZodType, path: readonly (string | number)[]): z.ZodType | undefined {
  let here: unknown = schema;
  for (const part of path) {
    const around = unwrap(here);
    if (around instanceof z.ZodObject) here = (around.shape as Record<string, unknown>)[part];
    else if (around instanceof z.ZodRecord) here = around.valueType;
    else if (around instanceof z.ZodArray) here = around.element;
    else return undefined;
  }
  return here instanceof z.ZodType ? here : undefined;
}
