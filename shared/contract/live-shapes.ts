import { z } from 'zod';
import { captures } from './capture-shapes.ts';
import { count, moment, name } from './values.ts';

/** Why a pair does nothing by itself: since when, until when (null: until a person says so), and who said it. */
export const paused = z.strictObject({ since: moment, until: moment.nullable(), by: z.string() });
export type WirePaused = z.infer<typeof paused>;

/** `off`: nothing happens by itself · `scheduled`: at its times alone · `watching`: what changes is carried as it happens. */
export const liveModes = ['off', 'watching', 'scheduled'] as const;
export type LiveMode = (typeof liveModes)[number];

/** What keeps a pair from being synced by itself at the moment. It is always tried again. */
export const liveTrouble = z.strictObject({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  /** Tries in a row that failed. */
  attempts: count,
  since: moment,
  /** Null while a try is under way. */
  nextTry: moment.nullable(),
  /** It failed so often that it is tried seldom, until something changes. */
  open: z.boolean(),
});
export type WireLiveTrouble = z.infer<typeof liveTrouble>;

export const livePair = z.strictObject({
  pair: name,
  mode: z.enum(liveModes),
  paused: paused.nullable(),
  /** When something is done next although nobody tells of a change; null where nothing is. */
  next: moment.nullable(),
  nextWhy: z.string(),
  trouble: liveTrouble.nullable(),
  /** Null until the sides were asked. */
  captures: captures.nullable(),
});
export type WireLivePair = z.infer<typeof livePair>;
