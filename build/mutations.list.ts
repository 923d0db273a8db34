import { sideMutations } from './mutations.sides.ts';

/** A known-bad engine: one textual patch. It must turn the simulation, or the named test, red. */
export interface Mutation {
  readonly name: string;
  readonly law: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Worlds in which it is looked for, in this order; or a test that must fail. */
  readonly where: readonly string[] | { readonly test: string; readonly title: string };
}

const run = (file: string): string => `electron/engine/run/${file}.ts`;

export const mutations: readonly Mutation[] = [
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
    where: ['edits, all interleavings', 'walk: edits, crashes, lost answers, decisions'],
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
    where: ['crash at every step, merges', 'crash at every step, one field', 'two crashes'],
  },
  {
    name: 'unacknowledged actions are forgotten after a crash',
    law: 'L11',
    file: run('recover'),
    find: 'if (sent.length === 0) return;',
    replace: 'if (sent.length >= 0) return;',
    where: ['crash at every step, merges', 'crash at every step, one field'],
  },
  {
    name: 'a half-written merge keeps the old base',
    law: 'L5',
    file: run('advance'),
    find: 'if (!whole && !partial) return undefined;',
    replace: 'if (!whole) return undefined;',
    where: ['crash at every step, merges', 'edits, all interleavings', 'walk: edits, crashes, lost answers, decisions'],
  },
  {
    name: 'dirty cleared in spite of a newer generation',
    law: 'L5',
    file: 'electron/engine/state/commit.ts',
    find: ' AND gen = ?',
    replace: ' AND ? IS NOT NULL',
    where: ['hints by hand in the middle of a pass'],
  },

  // Before-images and compare-and-set (L3, L4)
  {
    name: 'nothing is in the journal before the write',
    law: 'L3',
    file: run('apply'),
    find: '  const seal = await journal(pass, batch);\n',
    replace:
      '  const seal = (await pairRow(pass)).batch + 1;\n  await pass.store.commit(pass.id, { pair: { batch: seal } });\n',
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

  // Capture (L1, L10)
  {
    name: 'cursor saved before the dirty keys',
    law: 'L10',
    file: run('pull'),
    find: 'await pass.store.commit(pass.id, { touch: known, cursors: [{ side, token: page.next }] });',
    replace:
      '{ await pass.store.commit(pass.id, { cursors: [{ side, token: page.next }] }); await pass.store.commit(pass.id, { touch: known }); }',
    where: ['crash at every step, one field', 'crash at every step, merges', 'two crashes'],
  },
  {
    name: 'lost history is skipped',
    law: 'L10',
    file: run('pull'),
    find: '    if (page.lost) return capture.start();\n',
    replace:
      '    if (page.lost) { await pass.store.commit(pass.id, { cursors: [{ side, token: page.next }] }); return null; }\n',
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
    where: ['two keys, batches of one', 'busy sides', 'walk: many keys'],
  },

  // Planning and conflicts (L7)
  {
    name: 'last writer wins',
    law: 'L7',
    file: 'electron/engine/plan/plan.ts',
    find: "if (!winner || !policy) return { from: 'clash', fields };",
    replace: "if (!winner || !policy) return { from: 'A', fields };",
    where: ['edits, all interleavings'],
  },
  {
    name: 'edit and delete: the delete wins',
    law: 'L7',
    file: 'electron/engine/plan/plan.ts',
    find: "if (!winner) return { kind: 'conflict', conflict: 'delete/update', fields: edited };",
    replace: 'if (!winner) return write(null, a, b, []);',
    where: ['edits, all interleavings'],
  },
  {
    name: 'a key is parked without wake-up',
    law: 'L7',
    file: run('stage'),
    find: 'if (this.#facts.waiters.length === 0) return;',
    replace: 'if (this.#facts.waiters.length >= 0) return;',
    where: ['unique value, taken and freed', 'unique value', 'parent and child'],
  },
  {
    name: 'an open item keeps the values it was opened with',
    law: 'L7',
    file: run('stage'),
    find: "item.state === 'open' && sameState(item.a, a) && sameState(item.b, b)",
    replace: "item.state === 'open'",
    where: ['edits, all interleavings'],
  },

  // Trust (L6)
  {
    name: 'a restored side keeps its base',
    law: 'L6',
    file: run('identity'),
    find: 'if (doubt) await setBaseAside(pass, doubt);',
    replace: 'if (doubt) pass.raised = true;',
    where: ['side restored in place', 'side replaced by an older copy'],
  },
  {
    name: 'identity of the file is not looked at',
    law: 'L6',
    file: run('identity'),
    find: 'const doubt = identityDoubt(pass, row, identity) ?? (await markerDoubt(pass, row));',
    replace: 'const doubt = await markerDoubt(pass, row);',
    where: ['side replaced by an older copy'],
  },
  {
    name: 'markers are not looked at',
    law: 'L6',
    file: run('identity'),
    find: 'const doubt = identityDoubt(pass, row, identity) ?? (await markerDoubt(pass, row));',
    replace: 'const doubt = identityDoubt(pass, row, identity);',
    where: ['side restored in place', 'state restored older'],
  },
  {
    name: 'marker n−1 is always accepted',
    law: 'L6',
    file: run('identity'),
    find: '(mark.n === row.n - 1 && row.raising)',
    replace: 'mark.n === row.n - 1',
    where: ['side restored in place', 'side restored in place, with a crash', 'walk: restored, lost, emptied'],
  },
  {
    name: 'the marker is written blindly',
    law: 'L6',
    file: run('markers'),
    find: 'const ok = await marker.raise(ctx.settings.name, next - 1, { epoch, n: next });',
    replace:
      'const shown = await marker.read(ctx.settings.name); const ok = await marker.raise(ctx.settings.name, shown?.n ?? null, { epoch, n: next });',
    where: [
      'side restored in place',
      'side restored in place, with a crash',
      'a second engine with its own state',
      'walk: restored, lost, emptied',
    ],
  },
  {
    name: 'base set aside: one-sided records are copied',
    law: 'L6',
    file: run('stage'),
    find: "    return { kind: 'conflict', conflict: 'restored', fields: [] };",
    replace:
      "    if (this.#a === null || this.#b === null) return { kind: 'write', agreed: this.#a ?? this.#b, toA: this.#a === null, toB: this.#b === null, choices: [] };\n    return { kind: 'conflict', conflict: 'restored', fields: [] };",
    where: ['side restored in place', 'side replaced by an older copy', 'walk: restored, lost, emptied'],
  },

  // Brakes (L9)
  {
    name: 'no brake for mass deletes',
    law: 'L9',
    file: run('brakes'),
    find: '(share > limits.deletePercent && count > limits.deleteCount) ||',
    replace: '(count < 0 && count > limits.deleteCount) ||',
    where: ['side emptied', 'walk: trigger and brake'],
  },
  {
    name: 'the brake looks at one run only',
    law: 'L9',
    file: run('brakes'),
    find: 'const count = staged + written;\n  const share',
    replace: 'const count = staged + written * 0;\n  const share',
    where: ['brake, deletes in portions', 'walk: trigger and brake'],
  },
  {
    name: 'deletes found done after a restart are not counted',
    law: 'L9',
    file: run('recover'),
    find: "maybe(side) ? 'applied' : 'missed'",
    replace: "'missed'",
    where: ['brake, deletes in portions', 'walk: trigger and brake'],
  },

  // References and unique values (L3, L9)
  {
    name: 'references are not judged over the plan',
    law: 'L9',
    file: run('judge'),
    find: '    await eachPage(pass, (page) => judgeReferences(pass, page, links));\n',
    replace: '',
    where: ['parent and child', 'parent and child, crash', 'walk: edits, crashes, lost answers, decisions'],
  },
  {
    name: 'unique values are not judged over the plan',
    law: 'L9',
    file: run('judge'),
    find: '    await eachPage(pass, (page) => judgeUnique(pass, page, links));\n',
    replace: '',
    where: ['unique values swapped', 'unique value, taken and freed', 'walk: many keys'],
  },

  // Undo (L8)
  {
    name: 'the hold is saved after the undo has written',
    law: 'L8',
    file: run('apply'),
    find: "    putHolds: batch.filter(({ origin }) => origin === 'undo').map((action) => holdOf(pass, action)),\n",
    replace: '',
    where: ['undo and crash', 'walk: undo'],
  },
  {
    name: 'an interrupted undo is planned again as a copy',
    law: 'L8',
    file: run('recover'),
    find: "if (action.origin === 'undo') {",
    replace: "if (action.origin === 'undo' && action.level < 0) {",
    where: ['undo and crash', 'walk: undo'],
  },
  {
    name: 'undo without a hold',
    law: 'L8',
    file: run('stage'),
    find: '    if (!hold) return null;',
    replace: '    if (!hold || this.#row.gen >= 0) return null;',
    where: ['undo'],
  },
  {
    name: 'an edit of one held field releases all',
    law: 'L8',
    file: run('hold'),
    find: 'if (still.length === 0) return',
    replace: 'if (still.length === 0 || still.length < parts.length) return',
    where: ['undo of a merge, edits around it', 'walk: undo'],
  },
  {
    name: 'undone values may flow over an edit',
    law: 'L8',
    file: run('stage'),
    find: "    if (!released || decision.kind !== 'write') return false;",
    replace: '    if (this.#row.gen >= 0) return false;',
    where: ['undo', 'undo of a merge, edits around it', 'walk: undo'],
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
  {
    name: 'nothing wakes a parked key',
    law: 'L7',
    file: 'electron/engine/state/reads.ts',
    find: '    waiters: readWaiters(db, pair, coll, key),',
    replace: '    waiters: readWaiters(db, pair, coll, key).slice(0, 0),',
    where: ['unique value, taken and freed', 'unique value', 'parent and child'],
  },
  {
    name: 'an older state keeps its base',
    law: 'L6',
    file: run('identity'),
    find: 'const fits = mark && (mark.n === row.n ||',
    replace: 'const fits = mark && (mark.n >= row.n ||',
    where: ['state restored older', 'a second engine with its own state', 'walk: restored, lost, emptied'],
  },
  {
    name: 'a decision is written over values that moved',
    law: 'L7',
    file: 'electron/engine/conflict/resolve.ts',
    find: '  if (await movedSince(pass, item))',
    replace: '  if (item.id < 0 && (await movedSince(pass, item)))',
    where: [
      'resolutions race with edits',
      'walk: edits, crashes, lost answers, decisions',
      'walk: trigger and brake',
      'walk: undo',
    ],
  },
  {
    name: 'a resolution needs no generation',
    law: 'L7',
    file: 'electron/engine/conflict/resolve.ts',
    find: 'request.generation !== undefined && request.generation !== item.generation',
    replace: 'request.generation !== undefined && request.generation < 0',
    where: ['resolutions race with edits', 'resolution and crash', 'walk: edits, crashes, lost answers, decisions'],
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
    where: ['walk: undo', 'walk: many keys'],
  },
  {
    name: 'the brake looks at one batch only',
    law: 'L9',
    file: run('brakes'),
    find: '  const count = staged + written;\n  const share',
    replace: '  const count = Math.min(staged, 2);\n  const share',
    where: ['side emptied', 'brake, deletes in portions'],
  },

  ...sideMutations,
];
