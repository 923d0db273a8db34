import { z } from 'zod';
import { count, moment, name, sideName } from './values.ts';

export const serverStates = [
  'unknown',
  'online',
  'no-network',
  'captive-portal',
  'server-down',
  'login-refused',
] as const;
export type ServerState = (typeof serverStates)[number];

/** A quarter of an hour in which a server was asked. */
export const serverQuarter = z.strictObject({
  /** When the quarter began. */
  from: moment,
  asked: count,
  /** So often it answered as it should, and let Tandem in. */
  answered: count,
  /** The mean of these answers; null: there was none. */
  latencyMs: z.number().nonnegative().nullable(),
});
export type WireServerQuarter = z.infer<typeof serverQuarter>;

/** A server of a pair. Files have none. */
export const server = z.strictObject({
  pair: name,
  side: sideName,
  /** What people call the side. */
  label: z.string(),
  /** Without user and password. */
  address: z.string(),
  state: z.enum(serverStates),
  /** Since when it is in this state. */
  since: moment,
  sentence: z.string(),
  /** What the person can do; '' = nothing. */
  hint: z.string(),
  /** When it answered last, as far as is remembered; null: never. */
  lastAnswer: moment.nullable(),
  latencyMs: z.number().nonnegative().nullable(),
  /** Null: nobody asks by itself. */
  nextCheck: moment.nullable(),
  /** The last 24 hours, oldest first; a quarter that is missing is one in which nobody asked. */
  day: z.array(serverQuarter),
});
export type WireServer = z.infer<typeof server>;

/** A change of the state of a server, newest first. */
export const networkChange = z.strictObject({
  at: moment,
  pair: name,
  side: sideName,
  label: z.string(),
  from: z.enum(serverStates),
  to: z.enum(serverStates),
  sentence: z.string(),
});
export type WireNetworkChange = z.infer<typeof networkChange>;

export const network = z.strictObject({
  /** Somebody asks the servers again and again. */
  running: z.boolean(),
  checkIntervalSeconds: count,
  lastCheck: moment.nullable(),
  servers: z.array(server),
  /** Of every pair whether all of it is there: its servers answer, its files exist. */
  pairs: z.array(z.strictObject({ pair: name, online: z.boolean() })),
  history: z.array(networkChange),
});
export type WireNetwork = z.infer<typeof network>;
