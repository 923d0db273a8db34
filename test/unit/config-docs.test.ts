import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configurationPage } from '../../build/config-docs.ts';

describe('docs/configuration.md', () => {
  it('is what build/config-docs.ts makes of the option tables', () => {
    expect(readFileSync('docs/configuration.md', 'utf8')).toBe(configurationPage());
  });
});
