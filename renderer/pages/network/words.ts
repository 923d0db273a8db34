import type { ServerState, WireNetwork, WireServer } from '../../../shared/contract/network-shapes.ts';
import type { StateMark } from '../../model/pair-state.ts';
import { t } from '../../text/text.ts';
import { time } from '../../text/times.ts';

/** The outline that a state of a server is drawn with; the words stand beside it. */
export const marks: Readonly<Record<ServerState, StateMark>> = {
  unknown: 'pause',
  online: 'step',
  'no-network': 'off',
  'captive-portal': 'wait',
  'server-down': 'off',
  'login-refused': 'stop',
};

export const isBad = ({ state }: WireServer): boolean => state !== 'online' && state !== 'unknown';

/** How everything stands, in one sentence. */
export function headline({ servers }: WireNetwork): string {
  const bad = servers.filter(isBad);
  const [first] = bad;
  if (servers.every(({ state }) => state === 'unknown')) return t('network.notAsked');
  if (first === undefined) return t('network.online');
  if (servers.some(({ state }) => state === 'online')) return t('network.partly', { n: bad.length });
  const all = (state: ServerState): boolean => bad.every((server) => server.state === state);
  if (all('no-network')) return t('network.none', { time: time(first.since) });
  return all('captive-portal') ? t('network.portal') : t('network.noneAnswers', { n: bad.length });
}

export const stateWords = ({ state, latencyMs }: WireServer): string =>
  state === 'online' && latencyMs !== null
    ? t('network.state.online.ms', { ms: Math.max(1, Math.round(latencyMs)) })
    : t(`network.state.${state}`);
