import { z } from 'zod';
import { option } from './option.ts';

const fieldName = z.string().min(1);
const policy = z.enum(['ask', 'local', 'remote', 'newest', 'edit-wins']);

/** Rules of one collection of a pair. */
export const collectionOptionTable = {
  direction: option(
    z.enum(['both', 'a-to-b', 'b-to-a']).nullable(),
    null,
    'The way records of this collection travel; null means as the pair says.',
  ),
  policy: option(
    policy.nullable(),
    null,
    'Who wins where both sides changed one field: `ask` leaves it to a person, `local`, `remote`, `newest` (by newestBy), `edit-wins` (an edit beats a delete); null means as the pair says.',
  ),
  fieldPolicy: option(z.record(z.string(), policy), {}, 'Overrides `policy` for single fields.'),
  newestBy: option(
    z.string(),
    '',
    'The trusted time field that decides with policy `newest` and in `auto-resolve`: numbers, or ISO times with their offset from UTC (or all without one). What does not compare without doubt is left to a person. Empty means none, and updatedAt in `auto-resolve`.',
  ),
  merge: option(
    z.enum(['record', 'field', 'groups']),
    'field',
    'The unit in which two edits of one record are merged.',
  ),
  groups: option(z.array(z.array(fieldName).min(1)), [], 'With merge `groups`: fields that belong together.'),
  touch: option(
    z.array(fieldName),
    [],
    'Fields that never cause a conflict, such as a time of last change: the later value is taken and recorded.',
  ),
  uniqueFields: option(z.array(fieldName), [], 'Fields that shall be unique although no index says so.'),
};
