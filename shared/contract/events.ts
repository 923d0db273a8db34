import { z } from 'zod';
import { conflict } from './conflict-shapes.ts';
import { livePair } from './live-shapes.ts';
import { server } from './network-shapes.ts';
import { pairStates } from './pair-shapes.ts';
import { progress, runReport } from './run-shapes.ts';
import { moment, name } from './values.ts';

/** Everything the engine tells without being asked. */
export const events = {
  'run.progress': progress,
  'run.finished': runReport,
  'pair.state': z.strictObject({ pair: name, state: z.enum(pairStates), sentence: z.string() }),
  /** Records of this pair may have changed; whoever watches starts a sync. `collection` is `null` where a side said so itself. */
  'pair.hint': z.strictObject({ pair: name, collection: name.nullable() }),
  'conflict.opened': conflict,
  /** How a pair is kept in step is another than before; what comes next may change without it. */
  'live.changed': livePair,
  /** A server is in another state than before. */
  'network.changed': server,
  log: z.strictObject({
    level: z.enum(['debug', 'info', 'warn', 'error']),
    message: z.string(),
    data: z.json().optional(),
  }),
};

export type Events = typeof events;
export type EventName = keyof Events;
export const eventNames = Object.keys(events) as EventName[];
export type EventData<N extends EventName> = z.output<Events[N]>;

/** `seq` rises by one from event to event of one engine. */
export type EventOf<N extends EventName> = {
  readonly seq: number;
  readonly at: string;
  readonly name: N;
  readonly data: EventData<N>;
};
export type AnyEvent = { [N in EventName]: EventOf<N> }[EventName];

export const eventEnvelope = z.strictObject({
  seq: z.int().positive(),
  at: moment,
  name: z.enum(eventNames as [EventName, ...EventName[]]),
  data: z.unknown(),
});
