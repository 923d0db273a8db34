import { nullable, one, several, world, type Extra } from './scenario-parts.ts';
import { cutsOff, deletes, sets } from './scenario-steps.ts';
import type { Scenario } from './scenario.ts';

/** Databases of documents, with what servers of that kind really do. */
const documents: Extra = { documents: true };
const few: Extra = { ...several(['k', 'l']), ...documents };
const many = ['k', 'l', 'm', 'n', 'o'];
const waiting = [...many.map((id) => sets('A', `thing/${id}`)), deletes('A', 'thing/p')];
const more: Extra = { ...several([...many, 'p']), ...documents, batch: 6 };

/** The first one is dropped and renamed; the other one flows. */
const two: Extra = {
  ...documents,
  collections: [one, { name: 'other', fields: ['f'] }],
  init: { 'thing/k': { f: 'of' }, 'thing/z': { f: 'zf' }, 'other/k': { f: 'of' }, 'other/z': { f: 'zf' } },
  editable: ['thing/k', 'other/k'],
  brakeLimit: 3,
};

/** Small ones: each for one thing that such servers do. */
export const ofDocuments: readonly Scenario[] = [
  world('documents: a short history', 'L10', { edit: 8, crash: 1 }, { ...few, window: 2, calls: 9 }),
  world('documents: history lost in the middle', 'L10', { edit: 5, window: 2, crash: 1 }, few),
  world(
    'documents: a collection is dropped and made again',
    'L6',
    { edit: 4, drop: 1, answer: 1, person: 1, crash: 1 },
    two,
  ),
  world('documents: a collection is renamed for a while', 'L6', { edit: 4, rename: 2, crash: 1 }, two),
  world(
    'documents: a collection is renamed as a delete waits',
    'L6',
    { edit: 1, rename: 2 },
    { ...two, calls: 4, begins: [deletes('A', 'thing/k'), sets('B', 'other/k')] },
  ),
  world(
    'documents: an old primary does not know yet',
    'L4',
    { edit: 4, election: 2, crash: 1 },
    { ...few, at: '', calls: 5, begins: [sets('A', 'thing/k'), sets('B', 'thing/l')] },
  ),
  world(
    'documents: writes are taken back',
    'L5',
    { edit: 4, cutOff: 2, election: 2, lost: 1, crash: 1 },
    { ...few, calls: 5, begins: [cutsOff('A'), sets('A', 'thing/k'), cutsOff('B'), sets('B', 'thing/l')] },
  ),
  world(
    'documents: the answer to a command is lost',
    'L11',
    { edit: 1, part: 1, lost: 1 },
    { ...more, at: 'B write', users: ['B'], calls: 4, begins: waiting },
  ),
  world(
    'documents: only totals are told',
    'L4',
    { edit: 3 },
    {
      ...more,
      at: 'B write, record',
      users: ['B'],
      calls: 4,
      begins: waiting,
    },
  ),
];

/** Everything of it at once. */
export const documentWalks: readonly Scenario[] = [
  world(
    'walk: documents',
    'all',
    {
      edit: 16,
      cutOff: 2,
      election: 3,
      lost: 1,
      part: 1,
      crash: 2,
      drop: 2,
      answer: 1,
      person: 3,
      miss: 1,
      dup: 1,
    },
    {
      ...nullable,
      ...documents,
      collections: [
        { name: 'thing', fields: ['f', 'g', 'u'], unique: 'u', nullsClash: true },
        { name: 'other', fields: ['f'] },
      ],
      init: {
        'thing/k': { f: 'of', g: 'og', u: null },
        'thing/l': { f: 'of', u: 'u1' },
        'thing/z': { f: 'zf', u: 'u9' },
        'other/k': { f: 'of' },
        'other/z': { f: 'zf' },
      },
      editable: ['thing/k', 'thing/l', 'thing/m', 'other/k'],
      uniqueValues: ['u1', 'u2', null],
      window: 12,
      batch: 4,
      calls: 16,
    },
  ),
];
