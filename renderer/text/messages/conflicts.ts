import type { Message } from '../message.ts';

export const conflictMessages = {
  'conflict.kind.update/update': 'Two edits',
  'conflict.kind.delete/update': 'Deleted / edited',
  'conflict.kind.insert/insert': 'Added twice',
  'conflict.kind.unique': 'Used twice',
  'conflict.kind.fk-parent-missing': 'Parent missing',
  'conflict.kind.fk-child-exists': 'Children exist',
  'conflict.kind.type-misfit': 'Does not fit',
  'conflict.kind.rejected': 'Refused',
  'conflict.kind.schema': 'Does not fit',
  'conflict.kind.bounce': 'Came back',
  'conflict.kind.undone': 'Undone',
  'conflict.kind.restored': 'Came back',
} satisfies Record<string, Message>;
