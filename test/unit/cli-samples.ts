import type { WireConflict } from '../../shared/contract/conflict-shapes.ts';
import type { WirePairStatus } from '../../shared/contract/pair-shapes.ts';
import type { WireBrake, WireRun, WireRunRecords } from '../../shared/contract/run-shapes.ts';
import { plainStyle } from '../../electron/cli/text/style.ts';

/* What a home may hold, for the tests of what is printed about it. */

export const at = (text: string): string => new Date(text).toISOString();
export const now = Date.parse(at('2026-05-14T12:00:00'));
export const labels = { a: 'This computer', b: 'Remote' };
export const command = (...words: readonly string[]): string => ['tandem', ...words].join(' ');
export const look = { style: plainStyle, now, labels, command };
export const listLook = { ...look, labels: () => labels, runnable: (text: string) => text };
export const text = (lines: readonly string[]): string => `\n${lines.join('\n')}\n`;
export const long = (n: string) => ({ $numberLong: n });

export const conflict: WireConflict = {
  id: 7,
  pair: 'shop',
  collection: 'admins',
  kind: 'update/update',
  key: { hex: '0102', text: '2' },
  fields: ['name'],
  base: { id: long('2'), name: 'Mary' },
  local: { id: long('2'), name: 'Mary A.' },
  remote: { id: long('2'), name: null },
  status: 'open',
  generation: 3,
  baseKept: true,
  reason: 'Both sides changed this record since they last agreed: name.',
  index: null,
  other: null,
  blockedBy: [],
  blocking: 0,
  possible: ['keep_local', 'keep_remote', 'merge', 'rename_local', 'keep_both'],
  missingParents: [],
  heldBy: [],
  suggestion: null,
  givesUp: [],
  at: at('2026-05-14T10:42:00'),
  notes: '',
  strategy: null,
  resolvedBy: null,
  resolvedAt: null,
  undoneIn: null,
  run: 12,
};
export const unique: WireConflict = {
  ...conflict,
  id: 8,
  kind: 'unique',
  key: { hex: '0105', text: '5' },
  fields: ['username'],
  base: null,
  local: { id: long('5'), username: 'bob' },
  remote: null,
  other: { side: 'B', key: { hex: '0106', text: '6' }, record: { id: long('6'), username: 'bob' }, onBoth: false },
  suggestion: 'bob_a7k2',
  givesUp: [
    {
      field: 'username',
      fields: ['username'],
      key: { hex: '0106', text: '6' },
      suggestion: 'bob_a7k2',
      emptied: false,
    },
  ],
  reason: 'A value that must be unique is used by two records: username.',
  notes: 'asked her',
};
export const deleted: WireConflict = {
  ...conflict,
  id: 9,
  collection: 'posts',
  kind: 'delete/update',
  local: null,
  baseKept: false,
  reason: 'This computer deleted the record, Remote changed it without knowing of the deletion.',
};
export const run: WireRun = {
  id: 12,
  pair: 'shop',
  status: 'completed',
  outcome: 'completed',
  trigger: 'manual',
  who: 'anna',
  startTime: at('2026-05-14T10:41:58'),
  endTime: at('2026-05-14T10:42:00'),
  durationSeconds: 2.04,
  collections: ['admins', 'posts'],
  localToRemote: { admins: 12_345, posts: 0 },
  remoteToLocal: { admins: 0, posts: 1 },
  conflicts: { admins: 2, posts: 0 },
  written: { A: { insert: 1, update: 0, delete: 0 }, B: { insert: 12_000, update: 340, delete: 5 } },
  decisions: 0,
  retries: 0,
  bytes: 4096,
  replanned: 1,
  adopted: 3,
  recovered: 0,
  parked: 2,
  withheld: 0,
  drift: 0,
  notInPair: [],
  moved: { total: 0, records: [], otherFields: {} },
  notCompared: ['posts rowid 3: its key is NULL'],
  brakes: [],
  error: null,
  undoOf: null,
  undoneBy: [],
  undone: null,
};
export const records: WireRunRecords = {
  total: 3,
  undone: 1,
  records: [
    { collection: 'admins', key: { hex: '0102', text: '2' }, op: { A: null, B: 'update' }, undone: true },
    { collection: 'posts', key: { hex: '0103', text: '3' }, op: { A: 'delete', B: 'insert' }, undone: false },
  ],
};
export const brake: WireBrake = {
  id: 4,
  pair: 'shop',
  collection: 'admins',
  kind: 'deletes',
  side: 'B',
  count: 90,
  of: 100,
  cause: '90 of 100 admins would be deleted on Remote.',
  at: at('2026-05-13T18:06:00'),
  samples: [{ collection: 'admins', key: { hex: '0102', text: '2' }, local: null, remote: { id: long('2') } }],
  counts: { onlyA: 0, onlyB: 90, different: 0 },
  answer: null,
  answeredBy: null,
  answeredAt: null,
  possible: ['bring-back', 'let-go', 'keep'],
  first: [],
  along: [],
  sameAgain: false,
  leaveOut: [],
};
export const status: WirePairStatus = {
  pair: 'shop',
  state: 'stopped',
  sentence: 'Stopped by a brake in admins: one question waits for your answer. Everything else goes on with each sync.',
  next: 'tandem brake list',
  a: { label: 'This computer', url: '/data/a.db' },
  b: { label: 'Remote', url: '/data/b.db' },
  lastRun: run,
  lastDecision: null,
  lastReceipt: null,
  runs: 41,
  conflicts: { total: 5, open: 2, behind: 0 },
  holds: 1,
  apart: 0,
  drift: 0,
  brakes: [brake],
  notInPair: [],
  pending: 3,
  syncing: null,
  paused: null,
  capture: { A: null, B: { level: 'full-scan', why: 'a standalone server has no change streams' } },
  error: null,
};
