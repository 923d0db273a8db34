import { run, type Mutation } from './mutations.mutation.ts';

/** What is agreed, and what was written when nobody can tell (L3, L4, L5, L11); what may have changed (L1, L2, L10). */
export const agreedMutations: readonly Mutation[] = [
  // What is agreed (L5, L11)
  {
    name: 'base := what is stored, not what was intended',
    law: 'L5',
    file: run('settle'),
    find: '  if (base !== undefined) bag.setBase(action, base);\n  for (const { side, from, to } of writes)',
    replace:
      "  const stored = writes[0]?.result.status === 'applied' ? writes[0].result.stored : undefined;\n  if (base !== undefined) bag.setBase(action, stored ? { hash: Buffer.alloc(16), doc: stored, vector: null } : base);\n  for (const { side, from, to } of writes)",
    where: ['trigger on B', 'walk: trigger and brake'],
  },
  {
    name: 'a half-written action counts as written',
    law: 'L5',
    file: run('settle'),
    find: 'basePromoted(action, (side) => arrived.has(side))',
    replace: 'basePromoted(action, () => arrived.size > 0)',
    where: ['a merge waits to be written', 'edits, all interleavings', 'walk: edits, crashes, lost answers, decisions'],
  },
  {
    name: 'promote when one side stands',
    law: 'L11',
    file: run('advance'),
    find: "const whole = showsAll('A') && showsAll('B');",
    replace: "const whole = showsAll('A') || showsAll('B');",
    where: ['crash at every step, merges', 'edits, all interleavings'],
  },
  {
    name: 'no promotion of journal rows without acknowledgement',
    law: 'L11',
    file: run('recover'),
    find: '  if (base !== undefined) bag.setBase(action, base);\n',
    replace: '',
    where: [
      'an edit waits to be written',
      'crash at every step, merges',
      'crash at every step, one field',
      'two crashes',
    ],
  },
  {
    name: 'unacknowledged actions are forgotten after a crash',
    law: 'L11',
    file: run('recover'),
    find: 'if (sent.length === 0) return;',
    replace: 'if (sent.length >= 0) return;',
    where: ['an edit waits to be written', 'crash at every step, merges', 'crash at every step, one field'],
  },
  {
    name: 'a half-written merge keeps the old base',
    law: 'L5',
    file: run('advance'),
    find: 'if (!whole && !partial) return undefined;',
    replace: 'if (!whole) return undefined;',
    where: ['a merge waits to be written', 'crash at every step, merges', 'edits, all interleavings'],
  },
  {
    name: 'promotion only if the value stands on both sides',
    law: 'L11',
    file: run('recover'),
    find: '  return { told, maybe };',
    replace: '  return { told: (side, field) => told(side, field) && sameState(now.A, now.B), maybe };',
    where: [
      'an edit waits to be written',
      'crash at every step, one field',
      'crash at every step, merges',
      'two crashes',
    ],
  },
  {
    name: 'after a crash values alone tell what was written',
    law: 'L11',
    file: run('recover'),
    find: 'if (!pass.settings.marker) return null;',
    replace: "if (pass.settings.name !== '') return null;",
    where: [
      'an edit waits to be written',
      'crash at every step, one field',
      'crash at every step, merges',
      'two crashes',
    ],
  },
  {
    name: 'dirty cleared in spite of a newer generation',
    law: 'L5',
    file: 'electron/engine/state/commit.ts',
    find: ' AND gen = ?',
    replace: ' AND ? IS NOT NULL',
    where: ['hints by hand in the middle of a pass'],
  },
  {
    name: 'the generation is taken after the values are read',
    law: 'L5',
    file: run('stage'),
    find: '  const facts = await pass.store.facts(pass.id, collection, keys);\n  const allowed',
    replace:
      '  const later = await pass.store.dirty(pass.id, { collections: [collection], after: null, limit: PAGE });\n  rows = rows.map((row) => later.find(({ key }) => key === row.key) ?? row);\n  const facts = await pass.store.facts(pass.id, collection, keys);\n  const allowed',
    where: ['hints by hand in the middle of a pass'],
  },

  // Before-images and compare-and-set (L3, L4)
  {
    name: 'nothing is in the journal before the write',
    law: 'L3',
    file: run('apply'),
    find: '  const { seal, rows: journaled } = await journal(pass, batch);\n',
    replace:
      '  const seal = (await pairRow(pass)).batch + 1;\n  const journaled = batch.flatMap((action) => writesOf(action)).map(() => 0);\n  await pass.store.commit(pass.id, { pair: { batch: seal } });\n',
    where: ['edits, all interleavings'],
  },
  {
    name: 'an update expects only that the record exists',
    law: 'L4',
    file: run('apply'),
    find: 'from: fieldOf(from, name), to: fieldOf(to, name) }))',
    replace: 'from: fieldOf(to, name), to: fieldOf(to, name) }))',
    where: ['edits, all interleavings'],
  },

  // Capture (L1, L2, L10)
  {
    name: 'cursor saved before the dirty keys',
    law: 'L10',
    file: run('pull'),
    find: 'await savePlace(pass, side, { at: page.next, of }, known);',
    replace:
      '{ await savePlace(pass, side, { at: page.next, of }); await pass.store.commit(pass.id, { touch: known }); }',
    where: ['crash at every step, one field', 'crash at every step, merges', 'two crashes'],
  },
  {
    name: 'lost history is skipped',
    law: 'L10',
    file: run('pull'),
    find: '    if (page.lost) return { restartAt: await capture.start(), news: [] };\n',
    replace:
      '    if (page.lost) { await savePlace(pass, side, { at: page.next, of }); return { restartAt: null, news: [] }; }\n',
    where: ['history lost'],
  },
  {
    name: 'no audit',
    law: 'L1',
    file: run('pull'),
    find: 'auditAt === 0 ||',
    replace: 'auditAt === 0 || auditAt < 0 &&',
    where: ['missed and doubled hints', 'walk: missed hints and power cuts'],
  },
  {
    name: 'an audit is due only when the clock has gone forward',
    law: 'L2',
    file: run('pull'),
    find: 'Math.abs(now - auditAt)',
    replace: '(now - auditAt)',
    where: ['clocks jump a year', 'walk: missed hints and power cuts'],
  },
  {
    name: 'the gate token is taken after the scan',
    law: 'L1',
    file: run('pull'),
    find: 'if (token !== undefined && whole) pass.gates.set(side, token);',
    replace: 'if (token !== undefined && whole) pass.gates.set(side, (await pass.sides[side].gate?.token()) ?? token);',
    where: ['an edit waits, another comes while both sides are scanned', 'two keys, batches of one', 'walk: many keys'],
  },
];
