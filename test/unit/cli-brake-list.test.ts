import { describe, expect, it } from 'vitest';
import { brakeLines } from '../../electron/cli/text/brake-text.ts';
import { waitingLines } from '../../electron/cli/text/run-text.ts';
import { brake, listLook, look, status, text } from './cli-samples.ts';

describe('what a brake offers as things stand', () => {
  it('[E164] a brake offers the one to answer first in place of an answer that would be refused', () => {
    const first = [{ answer: 'bring-back', brake: 9, collection: 'artists' }] as const;
    const lines = text(brakeLines([{ ...brake, possible: ['let-go', 'keep'], first: [...first] }], listLook));
    expect(lines).toContain(
      '  1. Bring them back: answer brake 9 (artists) first, whose records have to be written before these.\n     tandem brake answer 9 bring-back\n',
    );
    expect(lines).not.toContain('tandem brake answer 4 bring-back');
    expect(lines).toContain('tandem brake answer 4 let-go');
    const both = text(brakeLines([{ ...brake, along: [...first] }], listLook));
    expect(both).toContain(
      'This computer gets them again from Remote. It answers brake 9 (artists), too: their records refer to each other.\n     tandem brake answer 4 bring-back\n',
    );
  });

  it('[E165] behind a question about the whole pair a brake names only that one', () => {
    const behind = (['bring-back', 'let-go'] as const).map((answer) => ({ answer, brake: 9, collection: '' }));
    expect(brakeLines([{ ...brake, possible: ['keep'], first: behind }], listLook).slice(1)).toEqual([
      '  90 of 100 admins would be deleted on Remote.',
      '  Answer brake 9 first: it asks about the whole pair, and until then nothing of admins is written.',
    ]);
  });

  it('[E166] a brake of which nothing is left says so in its list and after a sync, and shows no old records', () => {
    const over = { ...brake, sameAgain: true };
    const said =
      'Both sides hold the same in admins again: “bring-back” or “let-go” ends the brake, and nothing is written.';
    expect(brakeLines([over], listLook).slice(1)).toEqual([
      '  When it stopped: 90 of 100 admins would be deleted on Remote.',
      `  ${said}`,
      '    tandem brake answer 4 bring-back',
    ]);
    expect(waitingLines({ ...status, brakes: [over] }, look)[0]).toBe(`Stopped by brake 4: ${said}`);
  });
});
