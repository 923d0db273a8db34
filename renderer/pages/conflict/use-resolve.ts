import { useState } from 'react';
import type { Params } from '../../../shared/contract/calls.ts';
import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import type { AppErrorBody } from '../../../shared/contract/errors.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { tell } from '../../components/toast.tsx';
import { useAct, useModel } from '../../store/hooks.ts';
import { errorBodyOf } from '../../store/store.ts';
import { topics } from '../../store/topics.ts';
import { t } from '../../text/text.ts';

export interface Resolving {
  readonly busy: boolean;
  readonly error: AppErrorBody | undefined;
  /** Writes the decision to both sides; false: nothing was written, and `error` says why. */
  readonly write: (request: Params<'conflicts.resolve'>) => Promise<boolean>;
}

/** Decides a conflict, and offers to take the decision back. */
export function useResolve(conflict: WireConflict, title: string): Resolving {
  const model = useModel();
  const { busy, error, act } = useAct();
  const [refused, setRefused] = useState<AppErrorBody>();

  const undo = (pair: string, run: number): void => {
    model.transport
      .call('runs.undo', { pair, run })
      .then(
        () => tell({ text: t('record.undone', { title }) }),
        (cause: unknown) => tell({ text: errorBodyOf(cause).message }),
      )
      .finally(() => model.touch(topics));
  };
  const write = async (request: Params<'conflicts.resolve'>): Promise<boolean> => {
    setRefused(undefined);
    const report = await act('conflicts.resolve', request);
    if (report === undefined) return false;
    const [failure] = report.failed;
    if (failure !== undefined) {
      setRefused(refusal(failure.text, conflict));
      return false;
    }
    const [written] = report.runs;
    tell({
      text: t('record.written', { title }),
      ...(written === undefined ? {} : { undo: () => undo(written.pair, written.run) }),
    });
    return true;
  };
  return { busy, error: error ?? refused, write };
}

const refusal = (message: string, { pair, collection }: WireConflict): AppErrorBody =>
  new AppError({
    code: 'refused',
    operation: 'conflicts.resolve',
    message,
    next: t('record.nothingWritten'),
    subject: { pair, collection },
  }).toBody();
