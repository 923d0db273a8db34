import { z } from 'zod';
import { count, moment, name, sideName, wireState } from './values.ts';

export const helloRequest = z.strictObject({
  contract: z.int(),
  schema: z.string(),
  /** The program that asks, e.g. `tandem sync`; shown to others who find the engine in use. */
  client: z.string().max(200),
});
export const hello = z.strictObject({
  contract: z.int(),
  schema: z.string(),
  program: z.string(),
  /** One engine, from its start to its end; sequence numbers of events belong to it. */
  engine: z.string(),
  pid: z.int(),
  host: z.string(),
  startedAt: moment,
  home: z.string(),
});
export type Hello = z.infer<typeof hello>;

export const timelineEntry = z.strictObject({
  at: moment,
  what: z.enum(['written', 'adopted', 'conflict', 'resolved', 'undone', 'held', 'decision']),
  side: sideName.nullable(),
  run: count,
  before: wireState,
  after: wireState,
  who: z.string(),
  text: z.string(),
});
export type WireTimelineEntry = z.infer<typeof timelineEntry>;

/** A setting with where its value comes from. */
export const setting = z.strictObject({
  key: z.string(),
  value: z.json(),
  default: z.json(),
  origin: z.enum(['default', 'file', 'env', 'pair']),
  description: z.string(),
  pair: z.string(),
});
export type WireSetting = z.infer<typeof setting>;
export const configView = z.strictObject({ path: z.string(), exists: z.boolean(), settings: z.array(setting) });
export type WireConfigView = z.infer<typeof configView>;
export const configProblem = z.strictObject({ path: z.string(), line: count, text: z.string() });
/** Of a usable file (`ok`) the problems are rules that decide nothing as they stand. */
export const configCheck = z.strictObject({ path: z.string(), ok: z.boolean(), problems: z.array(configProblem) });

export const check = z.strictObject({
  name: z.string(),
  ok: z.enum(['ok', 'note', 'attention']),
  text: z.string(),
  hint: z.string(),
});
export const doctorReport = z.strictObject({ home: z.string(), pair: name.nullable(), checks: z.array(check) });
export type WireDoctor = z.infer<typeof doctorReport>;
