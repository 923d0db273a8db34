import { run, type Mutation } from './mutations.mutation.ts';

/** Undo and its holds (L8). */
export const undoMutations: readonly Mutation[] = [
  {
    // Recovery saves the hold as well, so that each of the two makes up for the other.
    name: 'the hold is saved after the undo has written',
    law: 'L8',
    file: run('apply'),
    find: "    putHolds: batch.filter(({ origin }) => origin === 'undo').map((action) => holdOf(pass, action)),\n",
    replace: '',
    also: [
      {
        file: run('recover'),
        find: "if (action.origin === 'undo') {",
        replace: "if (action.origin === 'undo' && action.level < 0) {",
      },
    ],
    where: ['two changes were written and may be undone', 'undo and crash', 'walk: undo'],
  },
  {
    name: 'an interrupted undo is planned again as a copy',
    law: 'L8',
    file: run('recover'),
    find: "if (action.origin === 'undo') {",
    replace: "if (action.origin === 'undo' && action.level < 0) {",
    where: ['two changes were written and may be undone', 'undo and crash', 'walk: undo'],
  },
  {
    name: 'undo without a hold',
    law: 'L8',
    file: run('one-key'),
    find: '    if (!hold) return null;',
    replace: '    if (!hold || this.#row.gen >= 0) return null;',
    where: ['undo'],
  },
  {
    name: 'an edit of one held field releases all',
    law: 'L8',
    file: run('hold'),
    find: 'if (isOver || still.every(',
    replace: 'if (still.length < parts.length || still.every(',
    where: ['two fields of one side are undone', 'undo of a merge, edits around it', 'walk: undo'],
  },
  {
    name: 'any edit of the record releases its hold',
    law: 'L8',
    file: run('hold'),
    find: 'if (isOver || still.every(',
    replace: 'if (!sameState(hold.a, a) || !sameState(hold.b, b) || still.every(',
    where: ['undo', 'undo of a merge, edits around it', 'two fields of one side are undone'],
  },
  {
    name: 'an undone conflict vanishes when it could flow',
    law: 'L8',
    file: run('one-key'),
    find: "    if (this.#facts.item?.kind === 'undone') return true;\n",
    replace: '',
    where: ['an insert was undone, and then somebody inserted on the other side', 'undo of an insert'],
  },
  {
    name: 'undone values may flow over an edit',
    law: 'L8',
    file: run('one-key'),
    find: "    if (decision.kind !== 'write') return false;",
    replace: '    if (this.#row.gen >= 0) return false;',
    where: ['an undo where this computer wins every conflict'],
  },
  {
    name: 'undo leaves the later base',
    law: 'L8',
    file: run('settle-undo'),
    find: '  if (writes.length > 0) bag.setBase(',
    replace: '  if (writes.length < 0) bag.setBase(',
    where: ['undo', 'undo, then send again', 'undo of a merge, edits around it'],
  },
  {
    name: 'undo restores the base of the whole record',
    law: 'L8',
    file: run('advance'),
    find: '  if (fields.length === 0 || earlier === null || current === null) return earlier;',
    replace: '  if (fields.length >= 0 || earlier === null || current === null) return earlier;',
    where: ['the older of two runs is undone', 'walk: undo', 'walk: many keys'],
  },
];
