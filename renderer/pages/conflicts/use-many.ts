import { useEffect, useState } from 'react';
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
  readonly writing: boolean;
  readonly write: (notes: string) => Promise<Outcome>;
}

/** A decision about many: first what it would come to, then, on demand, the writing of it, which can be undone. */
export function useMany(rows: readonly ConflictRow[], strategy: Strategy): Deciding {
  const model = useModel();
  const [trial, setTrial] = useState<Outcome>();
  const [writing, setWriting] = useState(false);
  const key = `${strategy} ${rows.map(({ id, pair, generation }) => `${pair}/${id}/${generation}`).join(' ')}`;

  useEffect(() => {
    const looking = new AbortController();
    setTrial(undefined);
    void decideMany(model.transport, { rows, strategy, notes: '', dryRun: true }, looking.signal).then((outcome) =>
      looking.signal.aborted ? undefined : setTrial(outcome),
    );
    return () => looking.abort();
    // The rows are known by their numbers and states.
  }, [model, key]);

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
    setWriting(true);
    const outcome = await decideMany(model.transport, { rows, strategy, notes, dryRun: false });
    setWriting(false);
    model.touch(topics);
    const { runs } = outcome;
    tell({ text: doneText(outcome), ...(runs.length === 0 ? {} : { undo: () => void undo(runs) }) });
    return outcome;
  };
  return { trial, writing, write };
}

function doneText({ decided, refused }: Outcome): string {
  const n = decided.length;
  const moved = refused.filter((each) => each.moved).length;
  const failed = refused.length - moved;
  if (moved === 0) return failed === 0 ? t('bulk.done', { n }) : t('bulk.doneSome', { n, failed });
  return t(failed === 0 ? 'bulk.doneMoved' : 'bulk.doneMixed', { n, moved, failed });
}
