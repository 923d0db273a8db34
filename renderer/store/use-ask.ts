import { useCallback } from 'react';
import type { CallName, Params, Result } from '../../shared/contract/calls.ts';
import type { AppErrorBody } from '../../shared/contract/errors.ts';
import { useTransport } from './hooks.ts';
import { errorBodyOf } from './store.ts';

export type Answered<T> = { readonly data: T; readonly error?: never } | { readonly error: AppErrorBody };

export type Ask = <N extends CallName>(name: N, params: Params<N>) => Promise<Answered<Result<N>>>;

/** Asks once, and keeps neither the question nor the answer: for calls that carry a password. */
export function useAsk(): Ask {
  const transport = useTransport();
  return useCallback(
    async (name, params) => {
      try {
        return { data: await transport.call(name, params) };
      } catch (cause) {
        return { error: errorBodyOf(cause) };
      }
    },
    [transport],
  );
}
