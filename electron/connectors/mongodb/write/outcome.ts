import { fieldOf, sameState } from '../../../engine/port/record.ts';
import { sameValue } from '../../../engine/port/value.ts';
import type { WriteResult } from '../../../engine/port/connector.ts';
import type { Found } from '../bound-collection.ts';
import { changed, type Step, uncarried } from './step.ts';

/** Does the side hold what the step was to bring about? Whoever wrote it: it is there. */
export function isDone({ intent, op, result }: Step, found: Found | undefined): boolean {
  if (op === 'delete') return found === undefined;
  if (found === undefined || 'left' in found) return false;
  if (intent.op === 'update')
    return (
      intent.changes.every(({ name, to }) => sameValue(fieldOf(found.record, name), to)) || isStored(result, found)
    );
  return intent.op === 'insert' && (sameState(found.record, intent.to) || isStored(result, found));
}

const isStored = (result: WriteResult, found: Found): boolean =>
  'record' in found &&
  result.status === 'applied' &&
  result.stored !== undefined &&
  sameState(found.record, result.stored);

/** What a step comes to that met nothing. */
export function missed(step: Step, found: Found | undefined): WriteResult {
  if (isDone(step, found)) return step.result;
  if (found === undefined) return changed(null).result;
  return 'left' in found ? uncarried(found).result : changed(found.record).result;
}
