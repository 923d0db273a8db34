import { AppError } from '../../../shared/contract/errors.ts';
import type { WireLivePair } from '../../../shared/contract/live-shapes.ts';
import type { Handlers } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import { pairNames } from './common.ts';

type LiveCalls = Pick<Handlers, 'live.list' | 'live.start' | 'live.pause' | 'live.resume'>;

export function liveHandlers(host: Host): LiveCalls {
  const list = (pair?: string): WireLivePair[] => pairNames(host, pair).map((name) => host.live.view(name));
  return {
    'live.list': async ({ pair }) => list(pair),
    async 'live.start'() {
      host.live.start();
      return list();
    },
    async 'live.pause'({ pair, until }, { who }) {
      if (until !== undefined && Date.parse(until) <= host.ports.clock.now()) throw pastPause(until);
      host.live.pause(pairNames(host, pair), until ?? null, who);
      return list(pair);
    },
    async 'live.resume'({ pair }) {
      host.live.resume(pairNames(host, pair));
      return list(pair);
    },
  };
}

const pastPause = (until: string): AppError =>
  new AppError({
    code: 'usage',
    operation: 'live.pause',
    message: `Pausing failed: ${until} is over already.`,
    next: 'Everything goes on as before.',
    hint: 'Name a moment that is still to come.',
  });
