import { useCallback, useEffect, useRef, useState } from 'react';
import type { Strategy } from '../../../shared/model/words.ts';
import { tell } from '../../components/toast.tsx';
import { useModel } from '../../store/hooks.ts';
import { errorBodyOf } from '../../store/store.ts';
import { topics } from '../../store/topics.ts';
import { t } from '../../text/text.ts';
import type { ConflictRow } from './conflict-source.ts';
import { decideMany, type Outcome } from './decide-many.ts';

export interface Deciding {
  /** What it would come to; `undefined` while it is looked at. */
  readonly trial: Outcome | undefined;
  /** How far looking or writing is. */
  readonly progress: { readonly done: number; readonly of: number } | undefined;
  readonly writing: boolean;
  readonly write: (notes: string) => Promise<Outcome>;
  readonly stop: () => void;
}

/** A decision about many: first what it would come to, then, on demand, the writing of it, which can be undone. */
export function useMany(rows: readonly ConflictRow[], strategy: Strategy): Deciding {
  const model = useModel();
  const [trial, setTrial] = useState<Outcome>();
  const [progress, setProgress] = useState<{ readonly done: number; readonly of: number }>();
  const [writing, setWriting] = useState(false);
  const ending = useRef(new AbortController());
  const onProgress = useCallback((done: number, of: number) => setProgress({ done, of }), []);
  const key = `${strategy} ${rows.map(({ id, pair, generation }) => `${pair}/${id}/${generation}`).join(' ')}`;

  useEffect(() => {
    const looking = new AbortController();
    ending.current = looking;
    setTrial(undefined);
    setProgress({ done: 0, of: rows.length });
    void decideMany(model.transport, { rows, strategy, notes: '', dryRun: true, signal: looking.signal, onProgress })
      .then((outcome) => (looking.signal.aborted ? undefined : setTrial(outcome)))
      .finally(() => (looking.signal.aborted ? undefined : setProgress(undefined)));
    return () => looking.abort();
    // The rows are known by their numbers and states.
  }, [model, key, onProgress]);

  const undo = async (runs: Outcome['runs']): Promise<void> => {
    try {
      for (const { pair, run } of runs.toReversed()) await model.transport.call('runs.undo', { pair, run });
      tell({ text: t('bulk.undone', { n: runs.length }) });
    } catch (cause) {
      tell({ text: errorBodyOf(cause).message });
    } finally {
      model.touch(topics);
    }
  };
  const write = async (notes: string): Promise<Outcome> => {
    const stopping = new AbortController();
    ending.current = stopping;
    setWriting(true);
    const many = { rows, strategy, notes, dryRun: false, signal: stopping.signal, onProgress };
    const outcome = await decideMany(model.transport, many);
    setWriting(false);
    setProgress(undefined);
    model.touch(topics);
    const { decided, refused, runs } = outcome;
    tell({
      text: stopping.signal.aborted
        ? t('bulk.stopped', { n: decided.length })
        : refused.length > 0
          ? t('bulk.doneSome', { n: decided.length, failed: refused.length })
          : t('bulk.done', { n: decided.length }),
      ...(runs.length === 0 ? {} : { undo: () => void undo(runs) }),
    });
    return outcome;
  };
  return { trial, progress, writing, write, stop: () => ending.current.abort() };
}
