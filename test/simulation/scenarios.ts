import { begun } from './scenarios-begun.ts';
import { documentWalks, ofDocuments } from './scenarios-documents.ts';
import {
  family,
  grown,
  lower,
  nullable,
  one,
  parents,
  several,
  single,
  unique,
  upper,
  world,
  type Extra,
} from './scenario-parts.ts';
import type { Scenario } from './scenario.ts';

/* The worlds of the executable model by their names and with their budgets, here on the real engine. */
export const scenarios: readonly Scenario[] = [
  world('edits, all interleavings', 'L1', { edit: 3 }),
  world('edits, equal values', 'L1', { edit: 3 }, { ...single, sharedValues: ['s'] }),
  world('two keys, batches of one', 'L11', { edit: 2, crash: 1 }, { ...several(['k', 'l']), batch: 1 }),
  world('crash at every step, one field', 'L11', { edit: 3, crash: 1 }, single),
  world('crash at every step, merges', 'L11', { edit: 3, crash: 1 }, { noDelete: true }),
  world('two crashes', 'L11', { edit: 2, crash: 2 }),
  world('lost acknowledgement', 'L11', { edit: 3, lost: 1 }),
  world('missed and doubled hints', 'L1', { edit: 3, miss: 1, dup: 1 }, single),
  world(
    'trigger on B',
    'L5',
    { edit: 3 },
    {
      init: { 'thing/k': { f: '!o', g: 'og' }, 'thing/z': { f: '!z', g: 'zg' } },
      trigger: { B: { field: 'f', rewrite: upper } },
    },
  ),
  world(
    'trigger on both',
    'L5',
    { edit: 1 },
    {
      collections: [one],
      init: { 'thing/k': { f: '!o' }, 'thing/z': { f: '!z' } },
      trigger: { A: { field: 'f', rewrite: lower }, B: { field: 'f', rewrite: upper } },
    },
  ),
  world('power cut', 'L5', { edit: 2, cut: 1, flush: 1 }, { ...single, power: true }),
  world('power cut, two fields', 'L5', { edit: 2, cut: 1 }, { power: true, noDelete: true }),
  world(
    'side replaced by an older copy',
    'L6',
    { edit: 2, copy: 1, restore: 1, answer: 1 },
    { ...single, copies: ['A', 'B'] },
  ),
  world(
    'side restored in place',
    'L6',
    { edit: 2, copy: 1, restore: 1, answer: 1 },
    { ...single, copies: ['A', 'B'], inPlace: true, needsMarker: true },
  ),
  world(
    'side restored in place, with a crash',
    'L6',
    { edit: 2, copy: 1, restore: 1, crash: 1, answer: 1 },
    { ...single, copies: ['A'], inPlace: true, noInsert: true, noDelete: true, needsMarker: true },
  ),
  world(
    'state restored older',
    'L6',
    { edit: 2, copy: 1, restore: 1, answer: 1 },
    { ...single, copies: ['state'], sharedValues: ['of'], needsMarker: true },
  ),
  world('state lost', 'L6', { edit: 2, lose: 1, answer: 1 }, { ...single, needsMarker: true }),
  world('state lost, no marker', 'L6', { edit: 2, lose: 1 }, { ...single, withoutMarker: true }),
  world('resolutions race with edits', 'L7', { edit: 3, person: 1 }, { noInsert: true }),
  world('resolution and crash', 'L7', { edit: 3, person: 1, crash: 1 }, single),
  world('undo', 'L8', { edit: 2, undo: 1 }, { noInsert: true }),
  world('undo and crash', 'L8', { edit: 2, undo: 1, crash: 1 }, single),
  world('undo of a merge, edits around it', 'L8', { edit: 3, undo: 1 }, { noDelete: true }),
  world('undo, then send again', 'L8', { edit: 2, undo: 1, hold: 1 }, { ...single, noInsert: true }),
  world('undo of an insert', 'L8', { edit: 3, undo: 1 }, { ...single, init: { 'thing/z': { f: 'zf' } } }),
  world(
    'brake, deletes in portions',
    'L9',
    { edit: 3, crash: 1, answer: 1 },
    { ...several(['k1', 'k2', 'k3', 'k4']), brakeLimit: 2, onlyDelete: true, users: ['A'] },
  ),
  world(
    'side emptied',
    'L9',
    { edit: 1, empty: 1, crash: 1 },
    { ...several(['k1', 'k2', 'k3']), brakeLimit: 2, noInsert: true },
  ),
  world('unique value', 'L7', { edit: 3 }, { ...unique, init: { 'thing/k': { u: 'u1' }, 'thing/z': { u: 'u9' } } }),
  world(
    'unique value, taken and freed',
    'L7',
    { edit: 4 },
    { ...unique, init: { 'thing/l': { u: 'u1' }, 'thing/z': { u: 'u9' } }, noDelete: true },
  ),
  world(
    'unique value, one record without',
    'L7',
    { edit: 3 },
    { ...nullable, init: { 'thing/k': { u: null }, 'thing/z': { u: 'u9' } } },
  ),
  world('parent and child', 'L3', { edit: 3 }, { ...parents, init: { ...grown, 'child/q': { ref: 'p', f: 'of' } } }),
  world('parent and child, crash', 'L3', { edit: 2, crash: 1 }, { ...parents, init: grown, batch: 1 }),
];

const many = Array.from({ length: 20 }, (_, i) => `thing/n${i}`);

/** Worlds beyond the model: what the model leaves out and the real engine has. */
export const further: readonly Scenario[] = [
  world(
    'unique values swapped',
    'L17',
    { edit: 2, swap: 2, crash: 1 },
    {
      ...unique,
      uniqueValues: ['u1', 'u2', 'u3'],
      init: { 'thing/k': { u: 'u1' }, 'thing/l': { u: 'u2' }, 'thing/z': { u: 'u9' } },
      noDelete: true,
    },
  ),
  world(
    'first pairing, different and one-sided',
    'L6',
    { edit: 2, crash: 1, person: 1 },
    { ...several(['k', 'l', 'm']), unpaired: true, only: { 'thing/l': 'A', 'thing/m': 'B' } },
  ),
  world('state disk full', 'L5', { edit: 3, full: 2, crash: 1 }, several(['k', 'l'])),
  world('busy sides', 'L15', { edit: 3, busy: 2, crash: 1 }, several(['k', 'l'])),
  world(
    'part of a batch, then cut off',
    'L11',
    { edit: 4, part: 2, lost: 1 },
    { ...several(['k', 'l', 'm']), withoutMarker: true },
  ),
  world('hints by hand in the middle of a pass', 'L5', { edit: 4, told: 3, crash: 1 }, several(['k', 'l'])),
  world('history lost', 'L10', { edit: 4, window: 2, crash: 1 }, several(['k', 'l'])),
  world('definitions change in the middle', 'L6', { edit: 3, schema: 1, crash: 1 }, several(['k', 'l'])),
  world('clocks jump a year', 'L2', { edit: 4, miss: 1, jump: 3 }, several(['k', 'l'])),
  world(
    'a second engine with its own state',
    'L6',
    { edit: 3, second: 1, answer: 1 },
    { ...several(['k', 'l']), needsMarker: true },
  ),
];

const big: Extra = {
  collections: [{ name: 'thing', fields: ['f', 'g', 'u'], unique: 'u' }, ...family],
  init: { 'thing/k': { f: 'of', g: 'og' }, 'thing/l': { f: 'of', u: 'u1' }, 'thing/z': { f: 'zf', u: 'u9' }, ...grown },
  editable: ['thing/k', 'thing/l', 'thing/m', 'parent/p', 'child/q'],
  uniqueValues: ['u1', 'u2', 'u3'],
  calls: 16,
};

/** Everything at once. */
export const walks: readonly Scenario[] = [
  world(
    'walk: edits, crashes, lost answers, decisions',
    'all',
    { edit: 14, crash: 2, lost: 2, part: 1, person: 3, dup: 2, busy: 1, full: 1 },
    { ...big, sharedValues: ['s'] },
  ),
  world(
    'walk: missed hints and power cuts',
    'all',
    { edit: 12, miss: 3, cut: 2, flush: 2, crash: 1, person: 2, window: 1, jump: 1 },
    { ...big, power: true },
  ),
  world('walk: undo', 'L8', { edit: 12, undo: 2, crash: 2, person: 1, lost: 1, hold: 1 }, big),
  world(
    'walk: restored, lost, emptied',
    'L6',
    { edit: 12, copy: 1, restore: 1, crash: 1, person: 2, answer: 1 },
    { ...big, copies: ['A', 'B', 'state'], inPlace: true, needsMarker: true },
  ),
  world(
    'walk: trigger and brake',
    'L9',
    { edit: 14, crash: 1, person: 2, empty: 1, answer: 1 },
    {
      ...big,
      trigger: { B: { field: 'f', rewrite: upper } },
      init: {
        'thing/k': { f: '!o', g: 'og' },
        'thing/l': { f: '!o', u: 'u1' },
        'thing/z': { f: '!z', u: 'u9' },
        'parent/p': { f: '!o' },
        'parent/z': { f: '!z' },
        'child/z': { ref: 'z', f: '!z' },
      },
      brakeLimit: 3,
    },
  ),
  world(
    'walk: many keys',
    'all',
    { edit: 30, crash: 2, lost: 1, swap: 1, person: 2, undo: 1 },
    {
      collections: [{ name: 'thing', fields: ['f', 'g', 'u'], unique: 'u' }],
      init: {
        'thing/z': { f: 'zf', u: 'u99' },
        ...Object.fromEntries(many.slice(0, 12).map((place, i) => [place, { f: `f${i}`, g: `g${i}`, u: `u${i}` }])),
      },
      editable: many,
      uniqueValues: Array.from({ length: 16 }, (_, i) => `u${i}`),
      calls: 12,
      batch: 4,
    },
  ),
];

export const allScenarios: readonly Scenario[] = [
  ...scenarios,
  ...further,
  ...ofDocuments,
  ...begun,
  ...walks,
  ...documentWalks,
];

export function scenarioNamed(name: string): Scenario {
  const found = allScenarios.find((scenario) => scenario.name === name);
  if (!found)
    throw new Error(`No scenario “${name}”; there are: ${allScenarios.map((scenario) => scenario.name).join(' · ')}`);
  return found;
}
