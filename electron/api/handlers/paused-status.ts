import type { WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import type { Host } from '../host/host.ts';
import { pausedText } from '../live/live-view.ts';

/** These say more than a pause does: something is at work, or waits for an answer before anything can go on. */
const STRONGER: ReadonlySet<WirePairStatus['state']> = new Set(['syncing', 'stopped']);

/** The status with the pause of the pair in it. */
export function withPause(host: Pick<Host, 'pauses'>, status: Omit<WirePairStatus, 'paused'>): WirePairStatus {
  const paused = host.pauses.of(status.pair);
  if (paused === null) return { ...status, paused };
  const said = pausedText(paused);
  if (STRONGER.has(status.state)) return { ...status, paused, sentence: `${status.sentence} ${said}` };
  const rest = status.state === 'in-step' ? '' : ` ${status.sentence}`;
  return { ...status, paused, state: 'paused', sentence: `${said}${rest}`, next: `tandem resume ${status.pair}` };
}
