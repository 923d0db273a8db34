import { z } from 'zod';

export type Scope = 'global' | 'pair' | 'collection';
export type SetFrom = 'file' | 'cli' | 'ui' | 'env';

/** One setting: everything that help, settings screen, `config` and the documentation say about it comes from here. */
export interface Option<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  readonly default: z.output<S>;
  /** One sentence, ends with a full stop. */
  readonly description: string;
  readonly settable: readonly SetFrom[];
  /** The environment variable that wins over the file. */
  readonly env?: string;
  /** A secret is a reference to the secret store and is never shown. */
  readonly secret: boolean;
}

export function option<S extends z.ZodType>(
  schema: S,
  fallback: z.output<S>,
  description: string,
  more: Partial<Pick<Option, 'settable' | 'env' | 'secret'>> = {},
): Option<S> {
  return { schema, default: fallback, description, settable: ['file', 'cli', 'ui'], secret: false, ...more };
}

export type OptionTable = Readonly<Record<string, Option>>;
type Shape<T extends OptionTable> = { [K in keyof T]: T[K]['schema'] };
type Optional<T extends OptionTable> = { [K in keyof T]: z.ZodOptional<T[K]['schema']> };

/** Every option with a value: what the program works with. */
export function fullSchema<T extends OptionTable>(table: T): z.ZodObject<Shape<T>, z.core.$strict> {
  return z.strictObject(
    Object.fromEntries(Object.entries(table).map(([key, { schema }]) => [key, schema])) as Shape<T>,
  );
}

/** Every option may be left out: what a file holds. */
export function fileShape<T extends OptionTable>(table: T): Optional<T> {
  return Object.fromEntries(Object.entries(table).map(([key, { schema }]) => [key, schema.optional()])) as Optional<T>;
}

/** The default of every option. */
export function defaultsOf<T extends OptionTable>(table: T): { [K in keyof T]: z.output<T[K]['schema']> } {
  return Object.fromEntries(Object.entries(table).map(([key, option_]) => [key, option_.default])) as {
    [K in keyof T]: z.output<T[K]['schema']>;
  };
}
