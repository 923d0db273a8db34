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
  /** When it answered last; null: not since the engine began. */
  lastAnswer: moment.nullable(),
  latencyMs: z.number().nonnegative().nullable(),
  /** Null: nobody asks by itself. */
  nextCheck: moment.nullable(),
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
