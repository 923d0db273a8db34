import type { PairEngine, PairEngineParts } from '../../electron/engine/pair-engine.ts';
import type { RunReport } from '../../electron/engine/reports.ts';
import type { HostParts } from '../../electron/api/host/parts.ts';
import { systemPorts } from '../../electron/api/host/system-ports.ts';
import { connectorKinds } from '../../electron/connectors/registry.ts';
import { silentLog } from '../../electron/engine/ports.ts';
import { openState } from '../../electron/engine/state/open-state.ts';

/**
 * Just enough of an engine to see that calls arrive: a sync waits as many milliseconds as the batch size says, or
 * until it is cancelled, and records a run. It moves no records; what a real engine does is tested with the real one.
 */
export async function openTinyEngine({ settings, store, ports }: PairEngineParts): Promise<PairEngine> {
  const { id } = await store.openPair(settings.name, ports.clock.now());
  const report = (run: number, status: RunReport['status'], who: string): RunReport => ({
    id: run,
    pair: settings.name,
    status,
    trigger: 'manual',
    who,
    startedAt: ports.clock.now(),
    endedAt: ports.clock.now(),
    collections: settings.collections.map(({ name }) => name),
    aToB: {},
    bToA: {},
    conflicts: {},
    written: { A: { insert: 0, update: 0, delete: 0 }, B: { insert: 0, update: 0, delete: 0 } },
    replanned: 0,
    adopted: 0,
    recovered: 0,
    parked: 0,
    withheld: 0,
    drift: 0,
    notCompared: [],
    brakes: [],
  });
  const never = (): Promise<never> => Promise.reject(new Error('the tiny engine does not do this'));
  return {
    preview: async () => ({
      collections: settings.collections.map(({ name }) => ({
        name,
        equal: 0,
        onlyA: 0,
        onlyB: 0,
        different: 0,
        uniqueClashes: 0,
      })),
    }),
    async sync({ trigger, who, signal, onProgress }) {
      const { run } = await store.commit(id, { newRun: { trigger, who, at: ports.clock.now() } });
      onProgress?.({ phase: 'write', collection: settings.collections[0]?.name ?? '', done: 1, all: 2 });
      let status: RunReport['status'] = 'completed';
      await ports.clock.sleep(settings.batchSize, signal).catch(() => (status = 'cancelled'));
      await store.commit(id, { run: { id: run, status, endedAt: ports.clock.now(), report: '{}' } });
      return report(run, status, who);
    },
    conflicts: async () => [],
    holds: async () => [],
    brakes: async () => [],
    runs: async (limit) => (await store.runs(id, limit)).map((run) => report(run.id, run.status, run.who)),
    run: async (run) => ((await store.run(id, run)) ? report(run, 'completed', '') : null),
    timeline: async () => [],
    status: async () => ({
      pair: settings.name,
      state: 'in-step',
      sentence: 'In step.',
      runs: 0,
      conflicts: { total: 0, open: 0 },
      holds: 0,
      brakes: [],
      pending: 0,
    }),
    hint: async () => undefined,
    close: async () => undefined,
    plan: never,
    resolve: never,
    autoResolve: never,
    answerHold: never,
    undo: never,
    answerBrake: never,
    compare: never,
  };
}

export const tinyParts: HostParts = {
  kinds: connectorKinds,
  openPairEngine: openTinyEngine,
  openState: (path) => openState({ path }),
  ports: systemPorts(silentLog),
  program: '0.1.0',
};
