import {
  isShellCall,
  shellCalls,
  type ShellCallName,
  type ShellParams,
  type ShellResult,
} from '../../shared/contract/bridge.ts';
import { AppError } from '../../shared/contract/errors.ts';

export type ShellHandlers = {
  readonly [N in ShellCallName]: (params: ShellParams<N>) => Promise<ShellResult<N>> | ShellResult<N>;
};

/** Carries out what a window asks of the shell; what has not the agreed form reaches no handler. */
export async function runShellCall(handlers: ShellHandlers, name: string, params: unknown): Promise<unknown> {
  if (!isShellCall(name)) throw refusedCall('unsupported', name, 'it knows no such thing');
  const given = shellCalls[name].params.safeParse(params);
  if (!given.success) throw refusedCall('usage', name, 'what was given with it does not have the agreed form');
  const run = handlers[name] as (params: unknown) => unknown;
  return await run(given.data);
}

const refusedCall = (code: 'unsupported' | 'usage', name: string, why: string): AppError =>
  new AppError({
    code,
    operation: name.slice(0, 64),
    message: `Asking the desktop program for “${name.slice(0, 64)}” failed: ${why}.`,
    next: 'Nothing was done.',
  });
