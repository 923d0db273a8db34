import { describe, expect, it } from 'vitest';
import { csv, harmless } from '../../renderer/model/export.ts';

describe('what is saved for a spreadsheet', () => {
  it.each(['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\t=1', '\r=1', ' =1', '|calc'])(
    '[WI73] %j is a text there, and no formula',
    (text) => {
      expect(harmless(text)).toBe(`'${text}`);
    },
  );

  it.each(['-12.5', '42', 'a=b', ''])('[WI73] %j stays as it is', (text) => {
    expect(harmless(text)).toBe(text);
  });

  it('[WI73] quotes what has a comma, a quote or a new line', () => {
    expect(csv(['a', 'b'], [['x,y', 'say "hi"\nnow']])).toBe('\uFEFFa,b\r\n"x,y","say ""hi""\nnow"\r\n');
  });
});
