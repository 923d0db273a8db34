import type { Params, Result } from '../../../shared/contract/calls.ts';

/** One conflict as a list shows it; light, since there may be ten thousand. */
export type ConflictRow = ConflictIndex['rows'][number];
export type ConflictIndex = Result<'conflicts.index'>;
export type IndexRequest = Params<'conflicts.index'>;
