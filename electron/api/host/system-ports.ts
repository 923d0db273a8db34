import { setTimeout as wait } from 'node:timers/promises';
import type { Clock, Ids, Log, Ports } from '../../engine/ports.ts';

const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => wait(ms, undefined, signal ? { signal } : {}),
};
const ids: Ids = { random: () => Math.random() };

/** Time and chance of this computer. */
export function systemPorts(log: Log): Ports {
  return { clock, ids, log };
}
