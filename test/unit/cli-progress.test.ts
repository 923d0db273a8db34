import { describe, expect, it } from 'vitest';
import { ProgressText } from '../../electron/cli/text/progress-text.ts';

describe('what is said while it works', () => {
  it('progress with rate and remaining time, told anew for each collection', () => {
    const progress = new ProgressText();
    const event = {
      pair: 'shop',
      activity: 'sync',
      phase: 'write',
      collection: 'admins',
      done: 0,
      all: 10_000,
    } as const;
    expect(progress.line(event, 0)).toBe('shop: Writing admins, 0 of 10,000');
    expect(progress.line({ ...event, done: 2000 }, 1000)).toBe(
      'shop: Writing admins, 2000 of 10,000 · 2000/s · about 4 s left',
    );
    expect(progress.line({ ...event, collection: 'posts', done: 5, all: 0 }, 1100)).toBe('shop: Writing posts, 5');
  });
});
