import type { AnyEvent } from '../../shared/contract/events.ts';

/** What pages show, by what changes together. A page names the topics of what it reads, and reads again when they change. */
export const topics = ['pairs', 'conflicts', 'runs', 'holds', 'brakes', 'live', 'network', 'settings', 'log'] as const;
export type Topic = (typeof topics)[number];

/** What an event of the engine may have changed. */
export function topicsOf(event: AnyEvent): readonly Topic[] {
  const name: string = event.name;
  if (name === 'run.finished') return ['pairs', 'conflicts', 'runs', 'holds', 'brakes'];
  if (name === 'conflict.opened') return ['pairs', 'conflicts'];
  if (name === 'pair.state') return ['pairs', 'brakes'];
  if (name === 'live.changed') return ['live', 'pairs'];
  if (name === 'network.changed') return ['network', 'pairs'];
  if (name === 'log') return ['log'];
  return [];
}
