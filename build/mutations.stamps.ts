import { run, type Mutation } from './mutations.mutation.ts';

const engineTest = (title: string) => ({ test: 'test/engine/stamps.test.ts', title });
const ownTest = (title: string) => ({ test: 'test/engine/own-values.test.ts', title });

/** Bookkeeping in documents: it may be late, and never wrong. */
export const stampMutations: readonly Mutation[] = [
  {
    name: 'a stamp does not look whether the document is what was agreed on',
    law: 'L4',
    file: run('stamps'),
    find: 'base !== null && isBase(base, record)',
    replace: 'base !== null',
    where: engineTest('E83'),
  },
  {
    name: 'a stamp is written over an edit that was noted meanwhile',
    law: 'L4',
    file: 'electron/connectors/memory/stamps.ts',
    find: ' || !sameValue(found(where.name), where.value)',
    replace: '',
    where: engineTest('E83'),
  },
  {
    name: 'a stamp is written over what a document holds of its own',
    law: 'L8',
    file: 'electron/connectors/memory/stamps.ts',
    find: '  if (bound.ownIn(row).length > 0) return;\n',
    replace: '',
    where: ownTest('E136'),
  },
  {
    name: 'any word is taken for one that a stamp says',
    law: 'L8',
    file: 'electron/engine/port/own-values.ts',
    find: "typeof value === 'string' && form.includes(value)",
    replace: "typeof value === 'string'",
    where: ownTest('E136'),
  },
  {
    name: 'a delete takes along what a document holds of its own',
    law: 'L8',
    file: 'electron/connectors/memory/write.ts',
    find: 'intent.evenWithMore ? [] : collection.ownIn(row)',
    replace: '[]',
    where: ownTest('E137'),
  },
  {
    name: 'a stamp is due no more before it is written',
    law: 'L11',
    file: run('stamps'),
    find: '  if (due.length > 0) {\n',
    replace: '  await pass.store.commit(pass.id, { stamped: done });\n  if (due.length > 0) {\n',
    where: engineTest('E87'),
  },
  {
    name: 'what is pulled is not noted before it is written',
    law: 'L11',
    file: run('first-copy'),
    find: "  if (pass.settings.stamp && target === 'A')",
    replace: "  if (pass.settings.marker && pass.settings.stamp && target === 'A')",
    where: engineTest('E87'),
  },
];
