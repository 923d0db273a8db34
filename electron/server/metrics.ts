import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { pairStates, type WirePairStatus } from '../../shared/contract/pair-shapes.ts';
import type { WireLivePair } from '../../shared/contract/live-shapes.ts';
import type { WireNetwork } from '../../shared/contract/network-shapes.ts';
import type { Connection } from '../api/connect.ts';

/** What is told of every pair; `undefined`: there is nothing to tell yet. */
const perPair: Readonly<
  Record<string, { readonly help: string; readonly of: (status: WirePairStatus) => number | undefined }>
> = {
  tandem_conflicts_open: { help: 'Conflicts that wait for a person.', of: ({ conflicts }) => conflicts.open },
  tandem_conflicts: { help: 'Conflicts there ever were.', of: ({ conflicts }) => conflicts.total },
  tandem_holds: { help: 'Records that rest until a person chooses.', of: ({ holds }) => holds },
  tandem_brakes: { help: 'Brakes that wait for a person.', of: ({ brakes }) => brakes.length },
  tandem_records_pending: { help: 'Records for the next sync.', of: ({ pending }) => pending },
  tandem_syncs_completed: { help: 'Completed syncs.', of: ({ runs }) => runs },
  tandem_last_sync_timestamp_seconds: {
    help: 'When the last sync began.',
    of: ({ lastRun }) => (lastRun === null ? undefined : Date.parse(lastRun.startTime) / 1000),
  },
  tandem_last_sync_duration_seconds: {
    help: 'How long the last sync took.',
    of: ({ lastRun }) => lastRun?.durationSeconds ?? undefined,
  },
  tandem_last_sync_success: {
    help: '1: the last sync was completed and no brake stopped anything.',
    of: ({ lastRun }) => (lastRun === null ? undefined : Number(lastRun.outcome === 'completed')),
  },
};

/** How pairs and process stand, for Prometheus. */
export function addMetrics(app: FastifyInstance, engine: Pick<Connection, 'call'>): void {
  const ofProcess = new Registry();
  collectDefaultMetrics({ register: ofProcess });
  app.get('/metrics', { schema: { hide: true } }, async (_, reply) => {
    const ofPairs = metricsOf(await engine.call('status.show', {}));
    addLive(ofPairs, await engine.call('live.list', {}), await engine.call('network.show', {}));
    return reply.type(ofProcess.contentType).send(await Registry.merge([ofPairs, ofProcess]).metrics());
  });
}

/** Made anew each time: a pair that was removed is told of no more. */
function metricsOf(pairs: readonly WirePairStatus[]): Registry {
  const registry = new Registry();
  const registers = [registry];
  const state = new Gauge({
    name: 'tandem_pair_state',
    help: '1: the state of the pair.',
    labelNames: ['pair', 'state'],
    registers,
  });
  for (const { pair, state: now } of pairs)
    for (const each of pairStates) state.set({ pair, state: each }, Number(each === now));
  for (const [name, { help, of }] of Object.entries(perPair)) {
    const gauge = new Gauge({ name, help, labelNames: ['pair'], registers });
    for (const status of pairs) {
      const value = of(status);
      if (value !== undefined) gauge.set({ pair: status.pair }, value);
    }
  }
  return registry;
}

/** How the pairs are kept in step, and whether their servers answer. */
function addLive(registry: Registry, pairs: readonly WireLivePair[], { servers }: WireNetwork): void {
  const registers = [registry];
  const labelNames = ['pair'];
  const watched = new Gauge({
    name: 'tandem_live',
    help: '1: what changes is carried as it happens, and nothing is in the way.',
    labelNames,
    registers,
  });
  const failed = new Gauge({
    name: 'tandem_live_failed_tries',
    help: 'Tries in a row that failed.',
    labelNames,
    registers,
  });
  for (const { pair, mode, paused, trouble } of pairs) {
    watched.set({ pair }, Number(mode === 'watching' && paused === null && trouble === null));
    failed.set({ pair }, trouble?.attempts ?? 0);
  }
  const online = new Gauge({
    name: 'tandem_server_online',
    help: '1: the server of the side answers and lets Tandem in.',
    labelNames: ['pair', 'side'],
    registers,
  });
  for (const { pair, side, state } of servers)
    if (state !== 'unknown') online.set({ pair, side }, Number(state === 'online'));
}
