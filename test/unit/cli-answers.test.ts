import { describe, expect, it } from 'vitest';
import type { WireConflict, WireHold, WireHoldsAnswer } from '../../shared/contract/conflict-shapes.ts';
import type { HoldAnswer } from '../../shared/model/words.ts';
import { answeredText, brakeLines } from '../../electron/cli/text/brake-text.ts';
import { conflictLines } from '../../electron/cli/text/conflict-list.ts';
import { showLines } from '../../electron/cli/text/conflict-text.ts';
import { answeredLines, holdLines } from '../../electron/cli/text/hold-text.ts';
import { receiptLines, timelineLines } from '../../electron/cli/text/look-text.ts';
import { runLines, statusWord, waitingLines } from '../../electron/cli/text/run-text.ts';
import { statusLines } from '../../electron/cli/text/status-text.ts';
import { plainStyle } from '../../electron/cli/text/style.ts';
import { at, now, labels, look, listLook, text, long, conflict, deleted, run, brake, status } from './cli-samples.ts';

describe('what people decide by', () => {
  it('a sync that a brake stopped is not completed', () => {
    expect(statusWord(run, plainStyle)).toBe('completed');
    expect(statusWord({ ...run, outcome: 'stopped' }, plainStyle)).toBe('stopped by a brake');
    expect(text(runLines({ ...run, outcome: 'stopped' }, look))).toContain('shop: stopped by a brake in');
  });

  it('after an answer to a brake only what was written is said', () => {
    const none = { insert: 0, update: 0, delete: 0 };
    const written = { A: { insert: 35, update: 1, delete: 0 }, B: none };
    const quiet = { conflicts: {}, withheld: 0 };
    expect(answeredText('bring-back', { ...quiet, written }, labels)).toBe(
      'Brought back: 35 records inserted and 1 record updated on This computer.',
    );
    expect(answeredText('bring-back', { ...quiet, written: { A: none, B: none } }, labels)).toBe(
      'Brought back: nothing had to be written.',
    );
    expect(answeredText('let-go', { ...quiet, written: { A: none, B: { ...none, delete: 2 } } }, labels)).toBe(
      'Let go: 2 records deleted on Remote. The old values are kept in the history.',
    );
    expect(answeredText('keep', { ...quiet, written }, labels, brake)).toMatch(
      /^Kept paused: .*; everything else goes on\.$/,
    );
    expect(answeredText('keep', { ...quiet, written }, labels, { ...brake, collection: '' })).toBe(
      'Kept paused: nothing of the whole pair is written until you answer otherwise.',
    );
  });

  it('after an answer to a brake what could not be written is said, and never that there was nothing to write', () => {
    const none = { insert: 0, update: 0, delete: 0 };
    const said = (conflicts: Record<string, number>, inserted: number, withheld = 0): string =>
      answeredText(
        'bring-back',
        { conflicts, withheld, written: { A: { ...none, insert: inserted }, B: none } },
        labels,
      );
    expect(said({ albums: 12 }, 0)).toBe(
      'Brought back: nothing was written. 12 could not be written yet, and wait as conflicts.',
    );
    expect(said({ albums: 1 }, 3)).toBe(
      'Brought back: 3 records inserted on This computer. 1 could not be written yet, and waits as a conflict.',
    );
    expect(said({}, 0, 2)).toBe('Brought back: nothing was written.');
  });

  it('[E38] the status says what a person keeps paused, and whether anything goes on', () => {
    const kept = { ...brake, answer: 'keep', answeredBy: 'anna', answeredAt: '2026-05-13T18:30:00.000Z' } as const;
    expect(text(waitingLines({ ...status, brakes: [kept] }, look))).toContain(
      `Kept paused by anna, brake ${brake.id}: 90 of 100 admins`,
    );
    const statusLook = { ...look, runnable: (words: string) => words };
    const lines = (brakes: (typeof brake)[]): string => text(statusLines([{ ...status, brakes }], statusLook));
    expect(lines([kept])).toMatch(/now +ready, but for admins/);
    expect(lines([kept, { ...brake, collection: '' }])).toMatch(/now +not syncing/);
  });

  it('[E43] of sides that cannot be compared a brake says so, and what comes after the cure', () => {
    const lines = text(brakeLines([{ ...brake, kind: 'restored', collection: '', possible: ['keep'] }], listLook));
    expect(lines).toContain('cannot be compared while a collection is missing. Put it back first');
    expect(lines).toContain('tandem sync shop');
    expect(lines).not.toMatch(/brake answer \d+ (bring-back|let-go)/);
  });

  it('of something that is still gone a brake says how to cure it, and offers only what works', () => {
    const there = { ...brake, kind: 'missing', collection: 'posts' } as const;
    const gone = { ...there, possible: ['keep'], leaveOut: ['my posts'] } satisfies typeof brake;
    const lines = text(brakeLines([gone], listLook));
    expect(lines).toContain('tandem pair edit shop --leave-out my posts');
    expect(lines).toContain('Put posts back on');
    expect(lines).toContain('tandem sync shop');
    expect(lines).toContain(`tandem brake answer ${gone.id} keep`);
    expect(lines).not.toMatch(/brake answer \d+ (bring-back|let-go)/);
    expect(text(brakeLines([there], listLook))).toContain(`tandem brake answer ${gone.id} bring-back`);
  });

  it('[E42] of a side that came back each answer says in numbers what it writes where', () => {
    const back = {
      ...brake,
      kind: 'restored',
      side: 'B',
      collection: '',
      counts: { onlyA: 3, onlyB: 1, different: 2 },
    } as const;
    const lines = text(brakeLines([back], listLook));
    expect(lines).toContain(
      'Bring them back: Remote gets the 3 records it lacks and what This computer holds in 2 records; 1 that only Remote has goes to This computer.',
    );
    expect(lines).toContain(
      'This computer gets the 1 record it lacks and what Remote holds in 2 records; 3 that only This computer has are deleted there.',
    );
    const none = { ...back, counts: { onlyA: 0, onlyB: 0, different: 0 } };
    expect(text(brakeLines([none], listLook))).toContain('This computer gets the state of Remote, and what only');
  });

  it('a brake that was kept says by whom and when, and offers what else there is', () => {
    const kept = { ...brake, answer: 'keep', answeredBy: 'anna', answeredAt: '2026-05-13T18:30:00.000Z' } as const;
    const lines = text(brakeLines([kept], listLook));
    expect(lines).toMatch(
      /Kept paused by anna, .*\d\d:30: nothing of admins is written until it is answered otherwise:/,
    );
    expect(lines).not.toContain('Nothing is chosen for you');
    expect(lines).not.toMatch(/brake answer \d+ keep/);
    expect(lines).toMatch(/brake answer \d+ let-go/);
  });

  it('a record that one side deleted shows what was edited on the other', () => {
    const lines = text(
      conflictLines([{ ...deleted, baseKept: true, remote: { id: long('2'), name: 'M.' } }], listLook),
    );
    expect(lines).toContain('edited on Remote  name: Mary → M.');
  });

  it('a refused record shows its values, and all that can be done is a command', () => {
    const refused: WireConflict = { ...conflict, kind: 'rejected', fields: [] };
    const lines = text(conflictLines([refused], listLook));
    expect(lines).toMatch(/field +name\n +This computer +Mary A\.\n +Remote +NULL\n +last agreed +Mary/);
    expect(lines).toContain('tandem resolve 7 --strategy merge --field name=… --generation 3');
    expect(text(showLines(refused, listLook))).not.toContain('tandem show');
  });

  it('long values are shown where they differ, and whole in the single conflict', () => {
    const long_ = { ...conflict, local: { name: `${'x'.repeat(300)}a` }, remote: { name: `${'x'.repeat(300)}b` } };
    expect(text(conflictLines([long_], listLook))).toContain('xa (301 letters)');
    const shown = text(showLines(long_, listLook));
    for (const end of ['a', 'b']) expect(shown).toContain(`(301 letters) ${'x'.repeat(300)}${end}`);
  });

  it('[E125] what another record holds is to be given up first, by its conflict or in the database', () => {
    const held = {
      side: 'A',
      key: { hex: '01', text: '44' },
      fields: ['email'],
      conflict: 72,
      undoneRun: null,
    } as const;
    const waits: WireConflict = {
      ...deleted,
      possible: ['keep_local', 'merge'],
      heldBy: [{ ...held, fields: ['email'] }],
    };
    const lines = text(showLines(waits, listLook));
    expect(lines).toContain('1. Decide #72 first: posts 44 on This computer has the same email, which must be unique.');
    expect(lines).toContain('tandem show 72');
    expect(lines).not.toContain('--strategy keep_remote');
    const free = { ...waits, heldBy: [{ ...held, fields: ['email'], conflict: null }] };
    expect(text(showLines(free, listLook))).toContain(
      '1. Change posts 44 on This computer first: it has the same email, which must be unique. Once that is done, sync:',
    );
    for (const kind of ['delete/update', 'unique'] as const) {
      const rests: WireConflict = {
        ...free,
        kind,
        possible: [],
        heldBy: [{ ...held, fields: ['email'], conflict: null, undoneRun: 5 }],
      };
      const said = text(showLines(rests, listLook));
      expect(said).toContain(
        '1. Answer the hold first: posts 44 on This computer, which rests after the undo of run 5, has the same email, which must be unique.',
      );
      expect(said).toMatch(/tandem holds --pair \w+ --collection posts --run 5/);
      expect(said).not.toContain('--strategy');
    }
  });

  it('[E126] a field of the key is not to be edited by hand', () => {
    const parent = { collection: 'rooms', side: 'A', text: '2', conflict: 3, elsewhere: true } as const;
    const step: WireConflict = {
      ...conflict,
      kind: 'fk-parent-missing',
      fields: ['room', 'place'],
      possible: ['keep_local', 'merge'],
      missingParents: [{ ...parent, fields: ['place'] }],
    };
    expect(text(showLines(step, listLook))).toContain('--strategy merge --field place=… --generation');
    const whole = { ...step, possible: ['keep_local' as const], missingParents: [{ ...parent, fields: [] }] };
    expect(text(showLines(whole, listLook))).not.toContain('--strategy merge');
  });

  it('records that are in the way are named', () => {
    const blockedBy = [1, 2, 3, 4].map((n) => ({ collection: 'posts', key: { hex: `0${n}`, text: String(n) } }));
    const child = { ...conflict, kind: 'fk-child-exists' as const, blockedBy, blocking: 4 };
    const deleted = text(conflictLines([{ ...child, local: null }], listLook));
    expect(deleted).toContain('Delete the 4 records that refer to it (posts 1; posts 2; posts 3; and 1 more) yourself');
    const renamed = text(
      conflictLines([{ ...child, base: { name: 'a' }, local: { name: 'b' }, remote: { name: 'a' } }], listLook),
    );
    expect(renamed).toContain('Take Remote: both sides get its state.');
    expect(renamed).toContain('Change the 4 records that refer to it');
    expect(renamed).not.toContain('Delete');
  });

  it('a conflict in the timeline is two answers and no change', () => {
    const entry = { at: at('2026-05-14T11:00:00'), side: null, run: 3, who: '', text: '' };
    const [before, after] = [
      { id: long('1'), name: 'AC/DC (live)' },
      { id: long('1'), name: 'ACDC' },
    ];
    const lines = text(timelineLines([{ ...entry, what: 'conflict', before, after }], labels, plainStyle, now));
    expect(lines).toContain('name: This computer AC/DC (live) / Remote ACDC');
    expect(lines).not.toContain('→');
  });

  it('what was not compared stands once, with every side and every reason', () => {
    const notCompared = [
      'log (This computer): no key',
      'log (Remote): no key',
      'log (Remote): not part of the pair',
      'x',
    ];
    const receipt = {
      pair: 'shop',
      at: at('2026-05-14T11:00:00'),
      equal: true,
      collections: [],
      differing: [],
      notCompared,
    };
    expect(receiptLines(receipt, labels, plainStyle, now).slice(-2)).toEqual([
      'Not compared: log (This computer and Remote): no key; not part of the pair',
      'Not compared: x',
    ]);
  });

  it('the last receipt says when, and what differed then', () => {
    const lastReceipt = {
      pair: 'shop',
      at: at('2026-05-13T11:00:00'),
      equal: false,
      collections: [{ name: 't', equal: 1, different: 2, onlyA: 0, onlyB: 3, waiting: 0, apart: 0 }],
      differing: [],
      notCompared: [],
    };
    expect(text(statusLines([{ ...status, lastReceipt }], { ...look, runnable: (line: string) => line }))).toContain(
      'yesterday 11:00:00 (25 h ago): then 2 different, 3 only on Remote',
    );
  });

  it('what is kept apart on purpose is told so, by whom and since when, and is not what waits', () => {
    const kept: WireHold = {
      pair: 'shop',
      collection: 'admins',
      key: { hex: '0102', text: '7' },
      fields: ['name'],
      local: { name: 'new', city: 'edited' },
      remote: { name: 'old', city: 'Bern' },
      undoneRun: 12,
      at: at('2026-05-10T09:00:00'),
      generation: 1,
      kept: { by: 'anna', at: at('2026-05-11T09:00:00') },
      choices: [
        {
          answer: 'send-again',
          local: { name: 'new', city: 'edited' },
          remote: { name: 'new', city: 'edited' },
          refused: null,
        },
      ],
      unchecked: null,
      along: [],
    };
    const counts = [{ pair: 'shop', undoneRun: 12, collection: 'admins', count: 1, apart: 1 }];
    const lines = text(holdLines([kept], counts, listLook));
    const many = (apart: number) =>
      text(holdLines([kept], [{ pair: 'shop', undoneRun: 12, collection: 'admins', count: 3, apart }], listLook));
    expect([many(1), many(3)].map((each) => each.includes('--run 12'))).toEqual([true, false]);
    expect(lines).toContain('1 record is kept apart on purpose, and waits for nobody.');
    expect(lines).toMatch(/kept apart +on purpose, by anna, /);
    expect(lines).not.toContain('until both sides are equal or you choose');
    // An edit of a field that was not held flows with the answer, and is shown.
    expect(lines).toContain('Send the change again: both: name ‘new’, city ‘edited’');
    const after = text(waitingLines({ ...status, holds: 0, apart: 1 }, look));
    expect(after).toContain('1 record is kept apart on purpose.');
    expect(after).not.toContain('after an undo');
    const collections = [{ name: 'admins', equal: 5, different: 0, onlyA: 0, onlyB: 0, waiting: 0, apart: 1 }];
    const receipt = {
      pair: 'shop',
      at: at('2026-05-14T11:00:00'),
      equal: false,
      collections,
      differing: [],
      notCompared: [],
    };
    expect(text(receiptLines(receipt, labels, plainStyle, now))).toContain(
      'Both sides are equal, but for 1 record kept apart on purpose',
    );
  });

  const hold: WireHold = {
    pair: 'shop',
    collection: 'tags',
    key: { hex: '0102', text: '1' },
    fields: ['name'],
    local: { name: 'NULL' },
    remote: { name: null },
    undoneRun: 36,
    at: at('2026-05-10T09:00:00'),
    generation: 1,
    kept: null,
    choices: [
      { answer: 'send-again', local: { name: 'NULL' }, remote: { name: 'NULL' }, refused: null },
      { answer: 'old-on-both', local: { name: null }, remote: { name: null }, refused: null },
    ],
    unchecked: null,
    along: [],
  };
  const count = { pair: 'shop', undoneRun: 36, collection: 'tags', count: 1, apart: 0 };

  it('[W14] nothing and a text that reads so are told apart in the values of a hold and in its answers', () => {
    const lines = text(holdLines([hold], [count], listLook));
    expect(lines).toMatch(/This computer +‘NULL’\n +Remote +NULL\n/);
    expect(lines).toContain('1. Send the change again: both: ‘NULL’\n');
    expect(lines).toContain('2. Take the value last agreed on: both: NULL\n');
  });

  it('[H14] the head of a run counts its records of each collection, and stands only above some of them', () => {
    const others = [
      { ...count, undoneRun: 40, collection: 'posts', count: 2 },
      { ...count, undoneRun: 40, collection: 'admins', count: 1 },
    ];
    const lines = text(holdLines([hold], [...others, count], listLook));
    expect(lines).toContain('Undone run 36 (shop): 1 record of tags\n');
    expect(lines).not.toContain('Undone run 40');
    expect(lines).toContain('… and 3 more.');
    const all = text(holdLines([{ ...hold, undoneRun: 40 }], others, listLook));
    expect(all).toContain('Undone run 40 (shop): 3 records (2 of posts, 1 of admins)\n');
  });

  it('[E73] what goes with a record that is sent again is named in the answer to choose, and in what it did', () => {
    const along = [{ collection: 'tags', key: { hex: '0103', text: '7' } }];
    const lines = text(holdLines([{ ...hold, along }], [count], listLook));
    expect(lines).toContain('1. Send the change again: both: ‘NULL’; tags 7 goes with it\n');
    expect(lines).toContain('2. Take the value last agreed on: both: NULL\n');
    const { collection, key, fields, local, remote } = hold;
    const record = { collection, key, fields, before: { local, remote }, local, remote: local, along };
    expect(answeredLines('send-again', { record, byItself: [] }, labels)).toEqual([
      'The change was sent again; the hold has ended. tags 1: both: ‘NULL’; tags 7 was written with it.',
    ]);
  });

  it('[E154] an answer that would be refused is no command: it stands with its reason, and what was not checked says so', () => {
    const why = 'tags 2 on Remote has the same name. Decide conflict 7 first: tandem show 7';
    const choices = hold.choices.map((choice) => ({ ...choice, refused: why }));
    const apart = { answer: 'keep-apart', local: hold.local, remote: hold.remote, refused: null } as const;
    const lines = text(holdLines([{ ...hold, choices: [...choices, apart] }], [count], listLook));
    expect(lines).toMatch(/1\. Keep the two apart: .*\n.* keep-apart\n/);
    expect(lines).toContain(`Not now: send-again, old-on-both. ${why}\n`);
    expect(lines).toContain('First see to what is named there.');
    expect(lines).not.toMatch(/ (send-again|old-on-both)\n/);
    expect(lines).not.toContain('not checked');
    const away = { ...hold, unchecked: 'Opening b.db failed: there is no such file.' };
    const unchecked = 'not checked against both sides: Opening b.db failed: there is no such file. One that is refused';
    expect(text(holdLines([away], [count], listLook))).toContain(`These answers were ${unchecked}`);
    expect(text(holdLines([hold, away], [count], listLook))).toContain(`The answers of 1 of these were ${unchecked}`);
  });

  it('[E154] one answer for many is offered by what it was found to do, the one that most of them take first', () => {
    const counts = [{ ...count, count: 3 }];
    const report = (answer: HoldAnswer, answered: number): WireHoldsAnswer => ({
      byItself: [],
      pair: 'shop',
      run: null,
      dryRun: true,
      answer,
      answered,
      written: { A: { insert: 0, update: 0, delete: 0 }, B: { insert: 0, update: 0, delete: 0 } },
      failed: Array.from({ length: 3 - answered }, () => ({ ...hold, code: 'refused', why: '' })),
    });
    const lines = (...reports: readonly WireHoldsAnswer[]): string =>
      text(holdLines([hold], counts, listLook, new Map([['36 shop', reports]])));
    expect(lines(report('send-again', 2), report('old-on-both', 3), report('take-local', 0))).toMatch(
      /All at once; .*\(or send-again for 2 of 3, keep-apart\):\n.* old-on-both --dry-run\n/,
    );
    expect(lines(report('send-again', 1))).toMatch(/1 of 3 at once; .*\(or keep-apart\):\n.* send-again --dry-run\n/);
    expect(lines(report('send-again', 0))).toMatch(
      /All at once; without --dry-run it is done:\n.* keep-apart --dry-run\n/,
    );
  });
});
