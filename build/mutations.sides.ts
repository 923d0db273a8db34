import type { Mutation } from './mutations.mutation.ts';

/** Laws that a side has to keep: on the simulated side the oracles catch it, on SQLite the conformance tests. */
const sim = (file: string): string => `test/simulation/${file}.ts`;

export const sideMutations: readonly Mutation[] = [
  {
    name: 'a side does not compare before it updates',
    law: 'L4',
    file: sim('sim-write'),
    find: "intent.changes.every((change) => change.name === 'id' || valueOf(current, change.name) === change.from)",
    replace: 'intent.changes.length > 0',
    where: ['edits, all interleavings'],
  },
  {
    name: 'target not durable before base',
    law: 'L5',
    file: sim('sim-batch'),
    find: '    this.#data.flush();\n    if (this.#data.loseAnswer) this.#lose();',
    replace: '    if (this.#data.loseAnswer) this.#lose();',
    where: ['power cut', 'power cut, two fields'],
  },
  {
    name: 'source not durable before base',
    law: 'L5',
    file: sim('sim-connector'),
    find: '    this.#data.flush();\n    const result = work();',
    replace: '    const result = work();',
    where: ['power cut', 'power cut, two fields', 'walk: missed hints and power cuts'],
  },
  {
    name: 'a side checks no reference when it writes',
    law: 'L3',
    file: sim('sim-write'),
    find: '    if (!refusal) continue;',
    replace: "    if (!refusal || refusal.status === 'blocked') continue;",
    where: ['parent and child', 'parent and child, crash', 'walk: edits, crashes, lost answers, decisions'],
  },
  {
    name: 'SQLite: no compare-and-set on updates',
    law: 'L4',
    file: 'electron/connectors/sqlite/check-intent.ts',
    find: 'intent.changes.every(({ name, from }) => sameValue(fieldOf(actual, name), from))',
    replace: 'intent.changes.length >= 0',
    where: { test: 'test/conformance/sqlite.test.ts', title: 'C21' },
  },
  {
    name: 'SQLite: compare-and-set under the collation of the field',
    law: 'L4',
    file: 'electron/connectors/sqlite/check-intent.ts',
    find: 'intent.changes.every(({ name, from }) => sameValue(fieldOf(actual, name), from))',
    replace:
      "intent.changes.every(({ name, from }) => sameValue(fieldOf(actual, name), from) || (typeof from === 'string' && String(fieldOf(actual, name)).toLowerCase() === from.toLowerCase()))",
    where: { test: 'test/conformance/sqlite.test.ts', title: 'C22' },
  },
  {
    name: 'SQLite: commits are not synced',
    law: 'L5',
    file: 'electron/connectors/sqlite/open.ts',
    find: "db.pragma('synchronous = EXTRA')",
    replace: "db.pragma('synchronous = OFF')",
    where: { test: 'test/conformance/sqlite-open.test.ts', title: 'SQ10' },
  },
  {
    name: 'SQLite: what was read may still be lost',
    law: 'L5',
    file: 'electron/connectors/sqlite/sqlite-file.ts',
    find: 'if (version !== this.#durableAt) {',
    replace: 'if (version < -1) {',
    where: { test: 'test/conformance/sqlite-shared.test.ts', title: 'SQ13' },
  },
  {
    name: 'SQLite: a replaced file is not noticed',
    law: 'L6',
    file: 'electron/connectors/sqlite/sqlite-file.ts',
    find: 'if (fileIdOf(this.path) !== this.#opened) throw',
    replace: 'if (fileIdOf(this.path) === null) throw',
    where: { test: 'test/conformance/sqlite-shared.test.ts', title: 'SQ14' },
  },
  {
    name: 'SQLite: references are not checked when writing',
    law: 'L3',
    file: 'electron/connectors/sqlite/write.ts',
    find: '    const failed = judge(outcome.written);',
    replace: '    const failed = undefined as ReturnType<typeof judge>;',
    where: { test: 'test/conformance/sqlite.test.ts', title: 'C30' },
  },
  {
    name: 'SQLite: the database enforces foreign keys by itself',
    law: 'L3',
    file: 'electron/connectors/sqlite/open.ts',
    find: "db.pragma('foreign_keys = OFF')",
    replace: "db.pragma('foreign_keys = ON')",
    where: { test: 'test/conformance/sqlite.test.ts', title: 'C30' },
  },
];
