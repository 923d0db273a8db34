import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Params } from '../../shared/contract/calls.ts';
import type { AppErrorBody } from '../../shared/contract/errors.ts';
import type { WireRun } from '../../shared/contract/run-shapes.ts';
import { errorBodyOf, type WindowModel } from './store.ts';
import { topics } from './topics.ts';

/** A run that this window began; it is told how it ended also where the page was left meanwhile. */
export interface Started {
  readonly request: Params<'runs.start'>;
  readonly since: number;
  readonly run?: WireRun;
  readonly error?: AppErrorBody;
}

const store = createStore<Readonly<Record<string, Started>>>(() => ({}));

/** The last run of the pair that this window began. */
export const useStarted = (pair: string): Started | undefined => useStore(store, (all) => all[pair]);

export function startRun(model: WindowModel, request: Params<'runs.start'>): void {
  const started: Started = { request, since: Date.now() };
  const keep = (ended: Partial<Started>): void => store.setState({ [request.pair]: { ...started, ...ended } });
  keep({});
  model.transport
    .call('runs.start', request)
    .then(
      (run) => keep({ run }),
      (cause: unknown) => keep({ error: errorBodyOf(cause) }),
    )
    .finally(() => model.touch(topics));
}
