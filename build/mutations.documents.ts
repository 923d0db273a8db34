import { run, type Mutation } from './mutations.mutation.ts';

/** What only databases of documents do to a pair: caught in the worlds of their own. */
const sim = (file: string): string => `test/simulation/${file}.ts`;
const history = ['documents: a short history', 'documents: history lost in the middle'];
const dropped = ['documents: a collection is dropped and made again', 'documents: a collection is renamed for a while'];
const oldPrimary = 'documents: an old primary does not know yet';
const takenBack = 'documents: writes are taken back';
const totals = 'documents: only totals are told';

export const documentMutations: readonly Mutation[] = [
  {
    name: 'a place that fell out of the history goes on with the oldest hint',
    law: 'L10',
    file: sim('sim-connector'),
    find: "    if (epoch !== logEpoch || at < logStart || at > end) return this.#lost('fellOut', token(end));\n",
    replace:
      "    if (epoch !== logEpoch || at > end) return this.#lost('fellOut', token(end));\n    if (at < logStart) return this.#page(seen, token(logStart), limit, token);\n",
    where: history,
  },
  {
    name: 'a live step goes on where the history was lost',
    law: 'L10',
    file: run('pull'),
    find: '    if (restartAt !== null) throw new LookAgain(`the history of side ${side} is gone`);\n',
    replace:
      '    if (restartAt !== null) await savePlace(pass, side, { at: restartAt, of: [...pass.collections.keys()] });\n',
    where: history,
  },
  {
    name: 'a collection that is gone is not looked for before a batch',
    law: 'L6',
    file: run('identity'),
    find: '  if (replaced !== undefined) throw new LookAgain(',
    replace: "  if (replaced === '') throw new LookAgain(",
    where: dropped,
  },
  {
    name: 'what went with its collection counts as deleted',
    law: 'L6',
    file: run('stage'),
    find: '  if (!aside && tellsCollections(pass) && keys.some((key) => !a.has(key) || !b.has(key))) await checkStillThere(pass);\n',
    replace: '',
    where: ['documents: a collection is renamed as a delete waits'],
  },
  {
    name: 'a collection that was made again is the one it was',
    law: 'L6',
    file: run('collection-identity'),
    find: "now[side] !== '' && then[side] !== now[side]",
    replace: "now[side] === '' && then[side] !== now[side]",
    where: dropped,
  },
  {
    name: 'a primary is not confirmed before it is read',
    law: 'L6',
    file: sim('sim-connector'),
    find: '    if (!this.#isConfirmed) this.#data.confirm();\n',
    replace: '',
    where: [oldPrimary, takenBack],
  },
  {
    name: 'a side compares with what was read and not with what stands',
    law: 'L4',
    file: sim('sim-write'),
    find: '  const to = wanted(current, intent);',
    replace: '  const to = wanted(data.majority?.records.get(where) ?? current, intent);',
    where: [takenBack, totals],
  },
  {
    name: 'what most members do not hold is read',
    law: 'L5',
    file: sim('sim-data'),
    find: 'this.oldPrimary?.shows ?? this.majority;',
    replace: 'this.oldPrimary?.shows ?? null;',
    where: [takenBack],
  },
  {
    name: 'a write counts before most members hold it',
    law: 'L5',
    file: sim('sim-bulk'),
    find: '      data.acknowledge();\n      return false;',
    replace: '      return false;',
    also: [
      {
        file: sim('sim-batch'),
        find: '    this.#data.catchUp();\n    await this.#host.at(`${name} write, answered`);',
        replace: '    await this.#host.at(`${name} write, answered`);',
      },
    ],
    where: [takenBack, oldPrimary],
  },
  {
    name: 'all statements of a command count as carried out',
    law: 'L4',
    file: sim('sim-bulk'),
    find: '    if (met.length + refused.length < sent.length) await this.#find(sent, met, before);',
    replace:
      "    for (const intent of sent) if (!refused.includes(intent)) this.#results.set(intent, { status: 'applied' });",
    where: [totals],
  },
  {
    name: 'a command without an answer counts as carried out',
    law: 'L11',
    file: sim('sim-bulk'),
    find: 'if (!sent.every((intent) => isDone(intent, now.get(intent) ?? null))) lose();',
    replace: 'if (now.size < 0) lose();',
    where: ['documents: the answer to a command is lost'],
  },
  {
    name: 'what was edited since the question is given up with the answer',
    law: 'L7',
    file: 'electron/engine/conflict/brake-answer.ts',
    find: "const held = kind === 'replaced' ? { brake: id } : await givenUp(pass, { kind, side, collection }, answer);",
    replace: 'const held = await givenUp(pass, { kind, side, collection }, answer);',
    where: { test: 'test/engine/remade.test.ts', title: 'E38' },
  },
  {
    name: 'the history of a copied side is followed from after its records were read',
    law: 'L10',
    file: run('first-copy'),
    find: '  const histories = await beginHistories(pass, new Set([...begun.values()].filter(isSide).map(otherSide)));\n  let complete = true;\n',
    replace: '  let complete = true;\n',
    also: [
      {
        file: run('first-copy'),
        find: '  for (const [side, at] of histories) await savePlace',
        replace:
          '  const histories = await beginHistories(pass, new Set([...begun.values()].filter(isSide).map(otherSide)));\n  for (const [side, at] of histories) await savePlace',
      },
    ],
    where: { test: 'test/engine/first-copy.test.ts', title: 'E24' },
  },
];
