import { AppError, type ErrorCode } from '../../shared/contract/errors.ts';
import type { SimData } from './sim-data.ts';

export function refuseIfBusy(data: SimData, what: string): void {
  if (data.busy <= 0) return;
  data.busy--;
  throw failure('busy', `${data.name} was locked by another program (${what}).`);
}

export function failure(code: ErrorCode, message: string): AppError {
  return new AppError({
    code,
    message,
    operation: 'simulation',
    retry: code === 'busy' || code === 'unreachable' ? 'backoff' : 'never',
  });
}
