import type { ConflictKind } from '../../../shared/model/words.ts';
import { fieldList, shownFields } from '../port/field-order.ts';
import { changedFields, type State } from '../port/record.ts';
import type { PairContext } from './context.ts';

/** Why a record is parked, in the words of people (copy.md). */
export function reasonFor(
  ctx: Pick<PairContext, 'settings'>,
  collection: string,
  kind: ConflictKind,
  fields: readonly string[],
  a: State,
  b: State,
): string {
  const { A, B } = ctx.settings.sideLabel;
  const list = fieldList(shownFields(fields));
  switch (kind) {
    case 'update/update':
      return `Both sides changed this record since they last agreed: ${list}.`;
    case 'delete/update':
      return a === null
        ? `${A} deleted the record, ${B} changed it without knowing of the deletion.`
        : b === null
          ? `${B} deleted the record, ${A} changed it without knowing of the deletion.`
          : 'One side deleted the record, the other changed it.';
    case 'insert/insert':
      return `Both sides have a record under this key, with different content: ${list}.`;
    case 'undone':
      return 'An undo set this record back on one side, and it was edited since: decide which state both sides shall have.';
    case 'bounce':
      return `One side changes this record each time it is written (a trigger?): it came back three times. Leave the field out of ${collection}, or decide by hand.`;
    case 'restored':
      return 'The sides differ here since one of them, or the notes of Tandem, came back from an earlier copy.';
    case 'unique':
      return `A value that must be unique is used by two records: ${list}. Nothing was overwritten on either side.`;
    case 'fk-parent-missing':
      return 'The record it refers to does not exist on the other side.';
    case 'fk-child-exists':
      if (a === null || b === null)
        return 'It was deleted on one side, but records of the other side still refer to it.';
      return changedFields(a, b).some((name) => fields.includes(name))
        ? `Its ${list} changed on one side, but records of the other side still refer to the earlier value.`
        : 'Records of one side still refer to it.';
    case 'type-misfit':
      return `A value does not fit the field on the other side: ${list}.`;
    case 'rejected':
      return 'The other side refuses this record.';
    case 'schema':
      return 'The definitions of the collection changed on both sides.';
  }
}
