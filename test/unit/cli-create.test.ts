import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collectionOptionTable } from '../../shared/config/collection-options.ts';
import { pairOptionTable } from '../../shared/config/pair-options.ts';
import { takesText } from '../../shared/config/takes.ts';
import { createLines } from '../../electron/cli/text/create-text.ts';
import { plainStyle } from '../../electron/cli/text/style.ts';

const labels = { a: 'This computer', b: 'Remote' };
const tables = Array.from({ length: 11 }, (_, i) => `collection_${i + 1}`);
const create = [
  ...tables.map((collection) => ({
    side: 'B' as const,
    collection,
    statements: [`CREATE TABLE ${collection}(id INTEGER)`, `CREATE UNIQUE INDEX i_${collection} ON ${collection}(id)`],
  })),
  { side: 'B' as const, collection: '', statements: ['CREATE VIEW v AS SELECT 1', 'CREATE TRIGGER t …'] },
];
const look = { labels, style: plainStyle, done: true, verbose: false };

describe('what is created', () => {
  it('is told in numbers and names that fit a terminal, without SQL', () => {
    const lines = createLines(create, look);
    expect(lines[0]).toBe('Created on Remote: 11 tables, 11 indexes, 1 view, 1 trigger');
    expect(lines.slice(1).join(' ').replaceAll(/\s+/g, ' ').trim()).toBe(tables.join(', '));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.join('\n')).not.toContain('CREATE');
  });

  it('shows its SQL when asked to, and says how before it is created', () => {
    expect(createLines(create, { ...look, verbose: true })).toContain('    CREATE TABLE collection_1(id INTEGER)');
    const preview = createLines(create, { ...look, done: false });
    expect(preview[0]).toMatch(/^Would be created on Remote: /);
    expect(preview.at(-1)).toBe('  --verbose shows each.');
  });

  it('is nothing where nothing is missing', () => {
    expect(createLines([], look)).toEqual([]);
  });
});

describe('what a setting takes', () => {
  it('is said in plain words', () => {
    const { batchSize, syncIntervalMinutes, marker, brakeChangeCount, collectionsToSync } = pairOptionTable;
    expect(takesText(batchSize.schema)).toBe('a whole number from 1 to 1000');
    expect(takesText(syncIntervalMinutes.schema)).toBe('a number above 0 and at most 10080, or null');
    expect(takesText(marker.schema)).toBe('true or false');
    expect(takesText(brakeChangeCount.schema)).toBe('a whole number from 0 on');
    expect(takesText(collectionsToSync.schema)).toBe('a list of texts, at least 1, or null');
    expect(takesText(collectionOptionTable.merge.schema)).toBe('record, field or groups');
    expect(takesText(z.int().positive().max(9))).toBe('a whole number from 1 to 9');
    expect(takesText(z.strictObject({ name: z.string(), url: z.string() }))).toBe('a section with name, url');
  });
});
