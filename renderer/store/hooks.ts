import { createContext, useCallback, useContext, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { CallName, Params, Result } from '../../shared/contract/calls.ts';
import type { AppErrorBody } from '../../shared/contract/errors.ts';
import type { WirePairStatus } from '../../shared/contract/pair-shapes.ts';
import { must } from '../../shared/lib/assert.ts';
import type { Transport } from '../transport/transport.ts';
import { errorBodyOf, type WindowModel, type WindowState } from './store.ts';
import { topics as allTopics, type Topic } from './topics.ts';

export const ModelContext = createContext<WindowModel | undefined>(undefined);

export const useModel = (): WindowModel => must(useContext(ModelContext), 'the model of the window');
export const useTransport = (): Transport => useModel().transport;

/** Part of what the whole window looks at; renders again only where the part is another. */
export const useWindow = <T>(part: (state: WindowState) => T): T => useStore(useModel().store, part);

export const usePairs = (): readonly WirePairStatus[] | null => useWindow(({ pairs }) => pairs);
export const usePair = (name: string): WirePairStatus | undefined =>
  useWindow(({ pairs }) => pairs?.find(({ pair }) => pair === name));

export interface Loaded<T> {
  /** The last answer; stays while it is read again. */
  readonly data: T | undefined;
  readonly error: AppErrorBody | undefined;
  readonly loading: boolean;
  readonly reload: () => void;
}

/** Answers by call and parameters, so that a page that is opened again shows at once what it showed last. */
const kept = new Map<string, unknown>();
const MOST_KEPT = 40;

function keep(key: string, data: unknown): void {
  kept.delete(key);
  kept.set(key, data);
  for (const oldest of kept.keys()) if (kept.size > MOST_KEPT) kept.delete(oldest);
}

interface Answer<T> {
  readonly key: string;
  readonly data: T | undefined;
  readonly error: AppErrorBody | undefined;
  readonly loading: boolean;
}

/** The answer of a call that reads; read again whenever one of `topics` changes. `null` as the name: nothing is asked. */
export function useCall<N extends CallName>(
  name: N | null,
  params: Params<N>,
  topics: readonly Topic[] = [],
): Loaded<Result<N>> {
  const model = useModel();
  const key = `${name} ${JSON.stringify(params)}`;
  const revision = useWindow(({ revisions }) => topics.reduce((sum, topic) => sum + revisions[topic], 0));
  const [asked, setAsked] = useState(0);
  const [answer, setAnswer] = useState<Answer<Result<N>>>(() => begun(key));
  const shown = answer.key === key ? answer : begun<Result<N>>(key);

  useEffect(() => {
    if (name === null) return;
    const ending = new AbortController();
    setAnswer((last) => ({ ...(last.key === key ? last : begun<Result<N>>(key)), loading: true }));
    model.transport.call(name, JSON.parse(key.slice(name.length + 1)) as Params<N>, { signal: ending.signal }).then(
      (data) => {
        keep(key, data);
        if (!ending.signal.aborted) setAnswer({ key, data, error: undefined, loading: false });
      },
      (cause: unknown) => {
        const error = model.unsaid(cause);
        if (!ending.signal.aborted && error !== undefined)
          setAnswer((last) => ({ ...last, key, error, loading: false }));
      },
    );
    return () => ending.abort();
  }, [model, name, key, revision, asked]);

  return { ...shown, reload: useCallback(() => setAsked((times) => times + 1), []) };
}

const begun = <T>(key: string): Answer<T> => ({
  key,
  data: kept.get(key) as T | undefined,
  error: undefined,
  loading: true,
});

export interface Acting {
  readonly busy: boolean;
  readonly error: AppErrorBody | undefined;
  /** Carries a call out that changes something. `undefined`: it failed, and `error` says why. */
  readonly act: <N extends CallName>(name: N, params: Params<N>) => Promise<Result<N> | undefined>;
  readonly clear: () => void;
}

/** Calls that change something; afterwards all that is shown is read again. */
export function useAct(): Acting {
  const model = useModel();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<AppErrorBody>();
  const act = useCallback(
    async <N extends CallName>(name: N, params: Params<N>): Promise<Result<N> | undefined> => {
      setBusy(true);
      setError(undefined);
      try {
        return await model.transport.call(name, params);
      } catch (cause) {
        setError(errorBodyOf(cause));
        return undefined;
      } finally {
        setBusy(false);
        model.touch(allTopics);
      }
    },
    [model],
  );
  return { busy, error, act, clear: useCallback(() => setError(undefined), []) };
}
