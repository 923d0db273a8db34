import type { Key } from '../../../engine/port/key-codec.ts';
import { type BoundCollection, type Found, ID } from '../bound-collection.ts';
import { apply, named, objectOf } from '../bson/statement.ts';
import { documentOf, type NamedElement } from '../bson/walk.ts';
import { elementOfKey } from '../id-key.ts';
import { conditionsOf, type Pins } from './pins.ts';
import { type Prepared, rejected, type Step } from './step.ts';

export interface Case {
  readonly at: number;
  readonly bound: BoundCollection;
  /** What stands under the key; `undefined`: nothing does, or (for an insert outside of a transaction) nobody looked. */
  readonly current: Found | undefined;
  readonly comparing: Comparing;
}

/**
 * In a transaction what was read stays as it is (`none`). Otherwise the statement compares once more: `exact` only where
 * that tells every difference and costs nothing, and the rest is for a transaction; `best` as well as can be.
 */
export type Comparing = 'none' | 'exact' | 'best';

/** A statement in a command has at most 16 MB, with what it compares and what it writes. */
const STATEMENT_BYTES = 15 * 1024 * 1024;

export interface Pinned {
  readonly key: Key;
  readonly comparing: Comparing;
  readonly pins: () => Pins;
  /** What the statement does with the document it finds: `u`, or `limit`. */
  readonly does: NamedElement;
  /** What it weighs with all that it compares. */
  readonly bytes: number;
}

const TOO_LARGE = 'what stands there and what is to be written do not fit into one statement together';
const INEXACT = 'a statement alone does not tell every difference';

/** The statement of an update or a delete, with what it compares once more. */
export function pinned(step: Omit<Step, 'statement'>, { key, comparing, pins, does, bytes }: Pinned): Prepared {
  const byKey = named(ID, apply('$eq', elementOfKey(key)));
  const statement = (more: readonly NamedElement[]): Buffer => documentOf([named('q', objectOf(byKey, ...more)), does]);
  if (comparing === 'none') return checked({ ...step, statement: statement([]) }, comparing);
  if (bytes > STATEMENT_BYTES) return { needs: 'transaction', why: TOO_LARGE, code: 'other' };
  const said = pins();
  if (comparing === 'exact' && said.expressions.length > 0)
    return { needs: 'transaction', why: INEXACT, code: 'other' };
  return checked({ ...step, statement: statement(conditionsOf(said)) }, comparing);
}

/** Larger ones no server stores. */
const MAX_DOCUMENT = 16 * 1024 * 1024;

/** What no driver sends has to be looked at when it is written, and taken back where the server keeps something else. */
export function checked(step: Step, comparing: Comparing): Prepared {
  if (step.intended && step.intended.length > MAX_DOCUMENT) return rejected('too-large', 'it is larger than 16 MB');
  if (step.odd === '' || comparing === 'none') return { step };
  return {
    needs: 'transaction',
    why: `it holds ${step.odd}, and a server without transactions cannot take it back where it keeps another`,
    code: 'type',
  };
}
