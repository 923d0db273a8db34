import { randomUUID } from 'node:crypto';
import { apply, named, objectOf, text } from '../bson/statement.ts';
import { documentOf } from '../bson/walk.ts';
import { elementOfKey } from '../id-key.ts';
import type { IndexInfo } from '../describe/indexes.ts';
import type { Step } from './step.ts';

/**
 * Unique values that change hands inside a group: the server judges each statement by itself, so a document that lets go
 * of a value holds one that nobody has until its own turn comes. Nobody sees it, for the transaction is one.
 */
export function standIns(steps: readonly Step[]): Step[] {
  return steps.flatMap((step) => {
    if (step.op !== 'update') return [];
    const set = new Map<string, string>();
    for (const index of step.bound.indexes) {
      if (!index.isUnique || !isContested(index, step, steps)) continue;
      const path = [...index.key.keys()].find((each) => touches(step, each));
      if (path !== undefined) set.set(path, `tandem ${randomUUID()}`);
    }
    if (set.size === 0) return [];
    const q = apply('_id', apply('$eq', elementOfKey(step.intent.key)));
    const u = apply('$set', objectOf(...[...set].map(([path, value]) => named(path, text(value)))));
    return [{ ...step, statement: documentOf([named('q', q), named('u', u)]), odd: '' }];
  });
}

const isContested = (index: IndexInfo, step: Step, steps: readonly Step[]): boolean =>
  [...index.key.keys()].some((path) => touches(step, path)) &&
  steps.some(
    (other) =>
      other !== step && other.bound === step.bound && [...index.key.keys()].some((path) => touches(other, path)),
  );

/** Does the step write what stands under the path? */
function touches({ intent, bound, op }: Step, path: string): boolean {
  if (op === 'delete' || intent.op === 'delete') return false;
  const field = path.split('.')[0];
  const names = intent.op === 'insert' ? intent.to.names : intent.changes.map(({ name }) => name);
  return names.some((name) => bound.physicalOf(name) === field);
}
