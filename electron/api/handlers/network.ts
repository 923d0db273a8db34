import type { Handlers } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import { pairNames } from './common.ts';

type NetworkCalls = Pick<Handlers, 'network.show' | 'network.check' | 'network.start' | 'network.stop'>;

export function networkHandlers(host: Host): NetworkCalls {
  const { network } = host;
  return {
    'network.show': async () => network.show(),
    async 'network.check'({ pair }, { signal }) {
      pairNames(host, pair);
      await network.check(pair, signal);
      return network.show(pair);
    },
    async 'network.start'() {
      network.start();
      return network.show();
    },
    async 'network.stop'() {
      await network.stop();
      return network.show();
    },
  };
}
