import type { z } from 'zod';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** One call: where it stands in REST, what goes in, what comes out. */
export interface CallSpec<P extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  readonly method: Method;
  /** Below `/api/v1`; `:name` is a parameter of the call. */
  readonly path: `/api/v1/${string}`;
  /** What it promises, in one sentence. */
  readonly doc: string;
  readonly params: P;
  readonly result: R;
}

export function call<P extends z.ZodType, R extends z.ZodType>(
  where: `${Method} /api/v1/${string}`,
  doc: string,
  params: P,
  result: R,
): CallSpec<P, R> {
  const [method, path] = where.split(' ') as [Method, `/api/v1/${string}`];
  return { method, path, doc, params, result };
}
