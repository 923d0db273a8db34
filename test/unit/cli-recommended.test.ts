import { describe, expect, it } from 'vitest';
import { recommendations } from '../../electron/cli/text/recommendations.ts';
import { strategies } from '../../shared/model/words.ts';
import { conflict, labels } from './cli-samples.ts';

describe('what is recommended', () => {
  const holder = (text: string) => ({ hex: `01${text}`, text });
  const unique = { ...conflict, kind: 'unique' as const, fields: ['name'], possible: [...strategies] };
  const textOf = (one: typeof conflict, strategy: string): string | undefined =>
    recommendations(one, labels).find(({ command }) => command?.includes(strategy))?.text;

  it('[E93] taking the remote side of a unique clash says what becomes of the other record', () => {
    const remote = (emptied: boolean, suggestion: string | null): string | undefined =>
      textOf(
        { ...unique, givesUp: [{ field: 'name', fields: ['name'], key: holder('5'), emptied, suggestion }] },
        'keep_remote',
      );
    expect([remote(true, 'bob_1'), remote(false, 'bob_1'), remote(false, null)]).toEqual([
      'Take Remote: its record keeps name, the record on This computer has no name then.',
      'Take Remote: its record keeps name, the record on This computer gets name bob_1.',
      undefined,
    ]);
  });

  it('[E140] of a clash over several fields it says which of them is cleared or changed, and who keeps what', () => {
    const name = { field: 'name', fields: ['name', 'town'], key: holder('5'), emptied: true, suggestion: 'bob_1' };
    const mail = { field: 'mail', fields: ['mail'], key: holder('6'), emptied: false, suggestion: 'b@b_1' };
    const said = (...givesUp: (typeof name)[]): (string | undefined)[] =>
      ['keep_remote', 'rename_local'].map((strategy) => textOf({ ...unique, givesUp }, strategy));
    expect(said(name)).toEqual([
      'Take Remote: its record keeps name and town, the record on This computer has no name then.',
      'Rename the record on This computer to name bob_1, which is free on both sides.',
    ]);
    expect(said(name, mail)).toEqual([
      'Take Remote: its record keeps name and town and admins 6 keeps mail, the record on This computer has no name then and gets mail b@b_1.',
      'Rename the record on This computer to name bob_1 and mail b@b_1, which are free on both sides.',
    ]);
    const heldBy = [{ side: 'B' as const, key: holder('6'), fields: ['mail'], conflict: null, undoneRun: null }];
    const [first, ...others] = recommendations({ ...unique, givesUp: [name, mail], heldBy }, labels);
    expect(first?.command?.slice(0, 8).join(' ')).toBe(
      'resolve 7 --strategy rename_local --field name=bob_1 --field mail=b@b_1',
    );
    expect(others.map(({ command }) => command?.join(' '))).toContain(
      'resolve 7 --strategy merge --field name=… --field mail=… --generation 3',
    );
  });

  it('[E93] only what can be carried out is recommended; parents are named, children counted', () => {
    const words = (...parts: readonly (typeof conflict)[]): string =>
      parts
        .flatMap((one) =>
          recommendations(one, labels).map(({ text: said, command: typed }) => [said, typed?.join(' ')].join(': ')),
        )
        .join('\n');
    const added = { ...conflict, kind: 'insert/insert' as const, possible: ['keep_local' as const] };
    expect(words(added)).toMatch(/keep_local/);
    expect(words(added)).not.toMatch(/keep_remote|keep_both|merge/);
    expect(words({ ...conflict, possible: [] })).toMatch(
      /^Mend the value in the database itself, with your own program\. Once that is done, sync:: sync shop\n/,
    );
    expect(words({ ...conflict, possible: [], status: 'reopened' })).toMatch(/^It changed again: .*: sync shop\n/);
    const orphan = {
      ...conflict,
      kind: 'fk-parent-missing' as const,
      possible: ['keep_remote' as const, 'merge' as const],
      fields: ['room'],
      missingParents: [
        { collection: 'room', side: 'B' as const, fields: ['room'], text: 'A1', conflict: 4, elsewhere: true },
        { collection: 'person', side: 'B' as const, fields: ['staff'], text: '7', conflict: null, elsewhere: true },
      ],
    };
    expect(words(orphan)).toContain(
      'Decide room A1 (#4) first, bring person 7 back on Remote. Once that is done, sync:',
    );
    expect(
      words({
        ...orphan,
        missingParents: orphan.missingParents.map((one) => ({ ...one, conflict: null, elsewhere: false })),
      }),
    ).toContain('Make room A1 and person 7, which neither side has. Once that is done, sync:');
    expect(words(orphan)).toContain('--field room=… --field staff=…');
    expect(words(orphan)).not.toContain('keep_local');
    const edited = {
      ...orphan,
      kind: 'delete/update' as const,
      remote: null,
      missingParents: orphan.missingParents.slice(0, 1),
    };
    expect(words(edited)).toMatch(
      /^To keep the record of This computer, decide room A1 \(#4\) first: Remote lacks what it refers to\.: show 4\n/,
    );
    expect(words({ ...edited, possible: ['keep_local'] })).not.toMatch(/^To keep/);
    const refused = {
      ...conflict,
      kind: 'rejected' as const,
      remote: null,
      possible: ['keep_remote' as const, 'merge' as const],
    };
    expect(words(refused)).toMatch(
      /^To have it everywhere as it is on This computer, change what Remote requires, with your own program\. .*: sync shop\nEdit by hand/,
    );
    expect(words(refused)).toContain('Do without the record: it is deleted on This computer too.');
    const blockedBy = [{ collection: 'visit', key: conflict.key }];
    expect(words({ ...conflict, kind: 'fk-child-exists', local: null, blockedBy, blocking: 33 })).toContain(
      'Delete the 33 records that refer to it (visit 2; and 32 more) yourself, with your own program. Once that is done, sync:',
    );
  });
});
