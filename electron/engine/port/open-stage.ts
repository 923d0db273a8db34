import type { AppError } from '../../../shared/contract/errors.ts';

/** How far opening a database came: what is asked for in this order. */
export const openStages = ['address', 'server', 'encryption', 'login', 'rights', 'database'] as const;
export type OpenStage = (typeof openStages)[number];

const stages = new WeakMap<AppError, OpenStage>();

/** The same error, which knows from here on at which stage it came; no part of what travels. */
export function failedAt(error: AppError, stage: OpenStage): AppError {
  stages.set(error, stage);
  return error;
}

/** Where a connector told nothing, its code tells. */
export function stageOf(error: AppError): OpenStage {
  const known = stages.get(error);
  if (known) return known;
  switch (error.code) {
    case 'usage':
    case 'url-unknown':
    case 'value-invalid':
      return 'address';
    case 'unreachable':
    case 'lost-answer':
      return 'server';
    case 'encrypted':
      return 'encryption';
    case 'auth':
      return 'login';
    case 'permission':
    case 'read-only':
      return 'rights';
    default:
      return 'database';
  }
}
