import { run, type Mutation } from './mutations.mutation.ts';

/** What is asked, and what a person decided: conflicts (L7), trust (L6), brakes and rules of the databases (L9). */
export const askedMutations: readonly Mutation[] = [
  // Planning and conflicts (L7)
  {
    name: 'last writer wins',
    law: 'L7',
    file: 'electron/engine/plan/plan.ts',
    find: "{ policy, fields, winner } } : { from: 'clash', fields };",
    replace: "{ policy, fields, winner } } : { from: 'A', fields };",
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
    name: 'an item wakes only when the key it waits for is written',
    law: 'L7',
    file: run('one-key'),
    find: 'if (this.#facts.waiters.length === 0) return;',
    replace: 'if (this.#facts.waiters.length >= 0) return;',
    where: ['unique value, taken and freed', 'unique value', 'parent and child'],
  },
  {
    name: 'an open item keeps the values it was opened with',
    law: 'L7',
    file: run('park'),
    find: 'item.kind === kind && asksStill(item, a, b);',
    replace: "item.kind === kind && item.state === 'open';",
    where: ['edits, all interleavings'],
  },
  {
    name: 'a key is parked without wake-up',
    law: 'L7',
    file: 'electron/engine/state/reads.ts',
    find: '    waiters: readWaiters(db, pair, coll, key),',
    replace: '    waiters: readWaiters(db, pair, coll, key).slice(0, 0),',
    where: ['unique value, taken and freed', 'unique value', 'parent and child'],
  },
  {
    // A decision is looked at anew before it is taken, so that the generation alone would tell most of it.
    name: 'a decision is written over values that moved',
    law: 'L7',
    file: 'electron/engine/conflict/resolve.ts',
    find: '  if (await movedSince(pass, item))',
    replace: '  if (item.id < 0 && (await movedSince(pass, item)))',
    also: [
      {
        file: 'electron/engine/conflict/resolve.ts',
        find: 'request.generation !== undefined && request.generation !== item.generation',
        replace: 'request.generation !== undefined && request.generation < 0',
      },
    ],
    where: ['a conflict is shown, and nobody reports the next edit', 'resolutions race with edits'],
  },
  {
    name: 'a resolution needs no generation',
    law: 'L7',
    file: 'electron/engine/conflict/resolve.ts',
    find: 'request.generation !== undefined && request.generation !== item.generation',
    replace: 'request.generation !== undefined && request.generation < 0',
    where: ['resolutions race with edits', 'resolution and crash', 'walk: edits, crashes, lost answers, decisions'],
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
    find: 'const sure = identityDoubt(pass, row, identity) ??',
    replace: 'const sure =',
    where: ['side replaced by an older copy'],
  },
  {
    name: 'markers are not looked at',
    law: 'L6',
    file: run('identity'),
    find: 'let doubt = sure ?? (await markerDoubt(pass, row));',
    replace: 'let doubt = sure;',
    where: ['side restored in place', 'state restored older'],
  },
  {
    // Accepted when it is read, it would be refused when it is raised, before anything is written.
    name: 'marker n−1 is always accepted',
    law: 'L6',
    file: run('identity'),
    find: '(mark.n === row.n - 1 && row.raising)',
    replace: 'mark.n === row.n - 1',
    also: [
      {
        file: run('markers'),
        find: 'const ok = await marker.raise(ctx.settings.name, next - 1, { epoch, n: next });',
        replace:
          'const ok = (await marker.raise(ctx.settings.name, next - 1, { epoch, n: next })) || (await marker.raise(ctx.settings.name, next - 2, { epoch, n: next }));',
      },
    ],
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
    file: run('one-key'),
    find: "    return { kind: 'conflict', conflict: 'restored', fields: [] };",
    replace:
      "    if (this.#a === null || this.#b === null) return { kind: 'write', agreed: this.#a ?? this.#b, toA: this.#a === null, toB: this.#b === null, choices: [] };\n    return { kind: 'conflict', conflict: 'restored', fields: [] };",
    where: ['side restored in place', 'side replaced by an older copy', 'walk: restored, lost, emptied'],
  },
  {
    // Accepted when it is read, the higher number would be refused when the marker is raised.
    name: 'an older state keeps its base',
    law: 'L6',
    file: run('identity'),
    find: 'if (mark && (mark.n > row.n || mark.batch > row.batch)) {',
    replace: 'if (mark && mark.n < 0) {',
    also: [
      {
        file: run('identity'),
        find: 'const fits = mark && (mark.n === row.n ||',
        replace: 'const fits = mark && (mark.n >= row.n ||',
      },
      {
        file: run('markers'),
        find: 'const ok = await marker.raise(ctx.settings.name, next - 1, { epoch, n: next });',
        replace:
          'const shown = await marker.read(ctx.settings.name); const ok = await marker.raise(ctx.settings.name, Math.max(next - 1, shown?.n ?? 0), { epoch, n: next });',
      },
    ],
    where: ['state restored older', 'a second engine with its own state', 'walk: restored, lost, emptied'],
  },

  // Brakes, references, unique values (L9)
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
    where: ['two deletes are written', 'brake, deletes in portions'],
  },
  {
    name: 'an automatic receipt resets the brake',
    law: 'L9',
    file: run('pass'),
    find: '    settleAllowances: true,\n',
    replace: '    settleAllowances: true,\n    countAnew: [...pass.collections.keys()],\n',
    where: ['two deletes are written', 'brake, deletes in portions'],
  },
  {
    name: 'deletes found done after a restart are not counted',
    law: 'L9',
    file: run('recover'),
    find: "maybe(side) ? 'applied' : 'missed'",
    replace: "'missed'",
    where: ['two deletes wait to be written', 'two deletes are written', 'brake, deletes in portions'],
  },
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
    where: { test: 'test/engine/judging.test.ts', title: 'E28' },
  },
  {
    name: 'what a side refuses for a value is not sent again',
    law: 'L7',
    file: run('clashes'),
    find: "  if (refused.code !== 'unique') return false;",
    replace: "  if (refused.code !== 'unique' || refused.code === 'unique') return false;",
    where: { test: 'test/engine/blind-indexes.test.ts', title: 'E30' },
  },
  {
    name: 'drift is overwritten although nobody asked for it',
    law: 'L7',
    file: run('one-key'),
    find: 'if (scope.overwriteDrift && barred(side) && !notNow(receiver))',
    replace: 'if (!notNow(receiver))',
    where: { test: 'test/engine/drift.test.ts', title: 'E120' },
  },
  {
    name: 'a brake on drift is answered and nothing done',
    law: 'L9',
    file: run('answered'),
    find: "return drifts && asShown && answer === 'let-go' ? overwriting(side, states) : decision;",
    replace: 'return drifts && asShown ? decision : decision;',
    where: { test: 'test/engine/drift.test.ts', title: 'E121' },
  },
  {
    name: 'the brake looks at one batch only',
    law: 'L9',
    file: run('brakes'),
    find: '  const count = staged + written;\n  const share',
    replace: '  const count = Math.min(staged, 2);\n  const share',
    where: ['side emptied', 'two deletes wait to be written'],
  },
];
