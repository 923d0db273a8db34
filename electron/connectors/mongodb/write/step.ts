import type { Rejection, WriteIntent, WriteResult } from '../../../engine/port/connector.ts';
import type { RecordImage, State } from '../../../engine/port/record.ts';
import type { BoundCollection, Found } from '../bound-collection.ts';

/** One statement of a command. `respell` is a delete and an insert: no update changes how an `_id` is written. */
export type StepOp = 'insert' | 'update' | 'delete' | 'respell';

/** An intent that meets its expectation, and what has to be sent for it. */
export interface Step {
  readonly at: number;
  readonly intent: WriteIntent;
  readonly bound: BoundCollection;
  readonly op: StepOp;
  /** A document for an insert, `{q, u}` for an update, `{q, limit}` for a delete: the bytes that are sent. */
  readonly statement: Buffer;
  /** The document as it stands afterwards; `null` after a delete. */
  readonly intended: Buffer | null;
  /** What it writes that no driver sends: what then stands there is compared before the transaction ends. '' if nothing. */
  readonly odd: string;
  /** The document that was read for it; left out for an insert. */
  readonly before?: Buffer;
  readonly result: WriteResult;
}

export type Prepared =
  | { readonly step: Step }
  | { readonly result: WriteResult }
  /** Cannot be said in one statement that also compares; `why` is for sides without transactions. */
  | { readonly needs: 'transaction'; readonly why: string; readonly code: Rejection['code'] };

export const APPLIED: WriteResult = { status: 'applied' };

export const rejected = (code: Rejection['code'], detail: string, field?: string): { result: Rejection } => ({
  result: { status: 'rejected', code, detail, ...(field === undefined ? {} : { field }) },
});

export const changed = (actual: State): { result: WriteResult } => ({ result: { status: 'changed', actual } });

/** `stored` where the side holds the fields in another order than the record says. */
export const appliedAs = (stored: RecordImage | null): WriteResult =>
  stored === null ? APPLIED : { status: 'applied', stored };

/** What stands there and cannot be carried is neither compared nor overwritten. */
export const uncarried = (found: Extract<Found, { left: unknown }>): { result: Rejection } =>
  rejected('type', `what stands there cannot be carried: ${found.left.why}`);
