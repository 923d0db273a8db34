import type { CallName, Params, Result } from '../../../shared/contract/calls.ts';

/** A call of the engine on itself, checked like any other. */
export type EngineCall = <N extends CallName>(name: N, params: Params<N>, signal: AbortSignal) => Promise<Result<N>>;
