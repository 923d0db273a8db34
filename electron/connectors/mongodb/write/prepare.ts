import type { DeleteIntent, InsertIntent, WriteIntent } from '../../../engine/port/connector.ts';
import { HOLDS_MORE, holdsMoreText, WITH_DELETE } from '../../../engine/port/own-values.ts';
import { sameState } from '../../../engine/port/record.ts';
import { UnwritableBson } from '../bson/build.ts';
import { int32, named } from '../bson/statement.ts';
import { UnreadableBson } from '../bson/walk.ts';
import { oddOf, otherOrder, refusedRecord, unmapped } from './checks.ts';
import { type Case, checked, pinned } from './compared.ts';
import { type Pins, pinsOfDocument } from './pins.ts';
import { APPLIED, appliedAs, changed, type Prepared, rejected, uncarried } from './step.ts';
import { update } from './update.ts';

/** Compares what stands there with what the intent expects, and makes the statement that carries it out. */
export function prepare(intent: WriteIntent, context: Case): Prepared {
  try {
    switch (intent.op) {
      case 'insert':
        return insertion(intent, context);
      case 'update':
        return update(intent, context);
      case 'delete':
        return deletion(intent, context);
    }
  } catch (error) {
    if (error instanceof UnwritableBson) return rejected('type', error.message);
    if (error instanceof UnreadableBson) return rejected('type', `one of its values is damaged: ${error.message}`);
    throw error;
  }
}

function insertion(intent: InsertIntent, { at, bound, current, comparing }: Case): Prepared {
  if (current) return 'left' in current ? uncarried(current) : changed(current.record);
  const refused = refusedRecord(bound, intent.to, intent.key);
  if (refused) return refused;
  const made = bound.documentFor(intent.to);
  if ('unmapped' in made) return unmapped(made.unmapped);
  const { document, order } = made;
  const odd = oddOf(intent.to);
  const result = appliedAs(otherOrder(bound, intent.to, order));
  return checked({ at, intent, bound, op: 'insert', statement: document, intended: document, odd, result }, comparing);
}

function deletion(intent: DeleteIntent, { at, bound, current, comparing }: Case): Prepared {
  if (!current) return changed(null);
  if ('left' in current) return uncarried(current);
  if (!sameState(current.record, intent.expect)) return changed(current.record);
  const own = intent.evenWithMore ? [] : bound.ownIn(current.elements);
  if (own.length > 0) return rejected(HOLDS_MORE, holdsMoreText(own, WITH_DELETE));
  const begun = { at, intent, bound, intended: null, before: current.raw, odd: '', result: APPLIED };
  const pins = (): Pins => pinsOfDocument(current);
  // The limit of a command lets a document of the largest size through, with a little around it.
  return pinned(
    { ...begun, op: 'delete' },
    { key: intent.key, comparing, pins, does: named('limit', int32(1)), bytes: 0 },
  );
}
