import { several, single, unique, world, type Extra } from './scenario-parts.ts';
import { deletes, inserts, sets, syncs, undoes, unreported } from './scenario-steps.ts';
import type { Scenario } from './scenario.ts';

/*
 * Worlds in which the rare part of a story has happened already, so that chance only has to find its end. Each is there
 * for an engine that does harm at this one point and that walks from the very beginning meet too seldom.
 */
const k = 'thing/k';

/** The pair maps `g` from here on; until then each side had it for itself. */
const takenIn: Extra = {
  init: { 'thing/k': { f: 'of' }, 'thing/z': { f: 'zf', g: 'zg' } },
  later: { thing: ['g'] },
  calls: 3,
};

export const begun: readonly Scenario[] = [
  world(
    'a field is taken in of which one side holds a value',
    'L5',
    { edit: 2, crash: 2, lost: 1, undo: 1 },
    { ...takenIn, begins: [sets('B', k, 'g')] },
  ),
  world(
    'a field is taken in of which both sides hold values',
    'L5',
    { edit: 2, crash: 1, person: 1 },
    { ...takenIn, begins: [sets('A', k, 'g'), sets('B', k, 'g'), sets('A', k, 'f')] },
  ),
  world(
    'a field is taken in while a record was deleted',
    'L5',
    { edit: 2, crash: 1, person: 1 },
    {
      ...takenIn,
      init: { ...takenIn.init, 'thing/l': { f: 'ol' } },
      editable: ['thing/k', 'thing/l'],
      begins: [sets('B', k, 'g'), deletes('A', k), deletes('A', 'thing/l')],
    },
  ),
  world(
    'a field is taken in while another rests after an undo',
    'L8',
    { edit: 2, crash: 1, hold: 1 },
    { ...takenIn, noDelete: true, begins: [sets('A', k, 'f'), syncs, undoes(0), sets('B', k, 'g')] },
  ),
  world(
    'an edit waits to be written',
    'L11',
    { edit: 2, crash: 1, lost: 1 },
    { ...single, noDelete: true, calls: 4, begins: [sets('A', k)] },
  ),
  world(
    'a merge waits to be written',
    'L5',
    { edit: 2, crash: 1, lost: 1 },
    { calls: 4, begins: [sets('A', k, 'f'), sets('B', k, 'g')] },
  ),
  world(
    'an edit waits, another comes while both sides are scanned',
    'L1',
    { edit: 2 },
    { ...several(['k', 'l']), calls: 3, withoutHints: true, begins: [sets('A', k)] },
  ),
  world(
    'two deletes are written',
    'L9',
    { edit: 2, crash: 1, answer: 1 },
    {
      ...several(['k1', 'k2', 'k3', 'k4']),
      brakeLimit: 2,
      onlyDelete: true,
      users: ['A'],
      calls: 4,
      begins: [deletes('A', 'thing/k1'), syncs, deletes('A', 'thing/k2'), syncs],
    },
  ),
  world(
    'two deletes wait to be written',
    'L9',
    { edit: 2, crash: 1, answer: 1 },
    {
      ...several(['k1', 'k2', 'k3', 'k4']),
      brakeLimit: 2,
      onlyDelete: true,
      users: ['A'],
      calls: 4,
      begins: [deletes('A', 'thing/k1'), deletes('A', 'thing/k2')],
    },
  ),
  world(
    'two changes were written and may be undone',
    'L8',
    { edit: 1, undo: 1, crash: 1, hold: 1 },
    { ...single, calls: 4, begins: [sets('B', k), syncs, sets('A', k), syncs] },
  ),
  world(
    'two fields of one side are undone',
    'L8',
    { edit: 2, hold: 1 },
    { noDelete: true, calls: 4, begins: [sets('A', k, 'f'), sets('A', k, 'g'), syncs, undoes(0)] },
  ),
  world(
    'the older of two runs is undone',
    'L8',
    { edit: 3, hold: 1 },
    { noDelete: true, calls: 4, begins: [sets('A', k, 'f'), syncs, sets('A', k, 'g'), syncs, undoes(1)] },
  ),
  world(
    'an undo where this computer wins every conflict',
    'L8',
    { edit: 3 },
    {
      collections: [{ name: 'thing', fields: ['f', 'g'], localWins: true }],
      noDelete: true,
      calls: 4,
      begins: [sets('A', k), syncs, undoes(0)],
    },
  ),
  world(
    'an insert was undone, and then somebody inserted on the other side',
    'L8',
    { edit: 2 },
    {
      ...single,
      init: { 'thing/z': { f: 'zf' } },
      calls: 3,
      begins: [inserts('A', k), syncs, undoes(0), inserts('B', k), syncs],
    },
  ),
  world(
    'two records want one unique value',
    'L9',
    { edit: 2 },
    {
      ...unique,
      init: { 'thing/l': { u: 'u1' }, 'thing/z': { u: 'u9' } },
      noDelete: true,
      calls: 3,
      begins: [sets('A', 'thing/l', 'u', 'u2'), syncs, inserts('B', k, 'u', 'u1'), sets('A', 'thing/l', 'u', 'u1')],
    },
  ),
  world(
    'a conflict is shown, and nobody reports the next edit',
    'L7',
    { edit: 2, miss: 2, person: 1 },
    { noInsert: true, calls: 4, begins: [sets('A', k), sets('B', k), syncs, unreported(sets('A', k))] },
  ),
];
