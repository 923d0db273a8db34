import { z } from 'zod';
import { collectionOptionTable } from './collection-options.ts';
import { globalOptionTable } from './global-options.ts';
import { fileShape } from './option.ts';
import { pairOptionTable } from './pair-options.ts';

/** The version of the file format that this program writes. */
export const CONFIG_VERSION = 1;

const text = z.string().min(1);
/** A field by its name, or by the name that each side has for it. */
export const fieldEntry = z.union([text, z.strictObject({ name: text, a: text, b: text })]);

export const collectionEntry = z.strictObject({
  /** What side A and side B call it. */
  a: text,
  b: text,
  key: z.array(text).min(1),
  fields: z.array(fieldEntry).min(1),
  /** Document stores: records bring whatever fields they have; `fields` names those of the key. */
  anyField: z.literal(true).optional(),
  ...fileShape(collectionOptionTable),
});
export type CollectionEntry = z.infer<typeof collectionEntry>;

const sideEntry = z.strictObject({
  name: text.max(60),
  /** Never holds a password. */
  url: text,
});

export const pairEntry = z.strictObject({
  a: sideEntry,
  /** An empty address: it is not configured yet. */
  b: sideEntry.extend({ url: z.string() }),
  /** The folder whose `.env` the addresses come from. */
  env: text.optional(),
  direction: z.enum(['both', 'a-to-b', 'b-to-a']).default('both'),
  ...fileShape(pairOptionTable),
  collections: z.record(z.string(), collectionEntry),
  /** What a person left out on purpose, so that nobody mentions it: `Table`, `Table.field`; `a:` or `b:` in front while only that side has it. */
  leftOut: z.array(text).optional(),
});
/** In place of a folder: the variables came from the environment alone. */
export const FROM_ENVIRONMENT = 'environment';
export type PairEntry = z.infer<typeof pairEntry>;

/** What `tandem.yaml` holds. */
export const configFile = z.strictObject({
  version: z.literal(CONFIG_VERSION),
  ...fileShape(globalOptionTable),
  pairs: z.record(z.string(), pairEntry).default({}),
});
export type ConfigFile = z.infer<typeof configFile>;
