import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { beginOf, endOf, forDocument, writeInto } from '../../bench/report.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

const ids = [
  'R1',
  'R1 shop',
  'R2',
  'R3',
  'R4',
  'R5 calls',
  'R5 read',
  'R6',
  'R7',
  'R7 whole',
  'R8',
  'R9',
  'R10',
  'R11',
  'quiet',
];
const further = ['R11 receipt', 'adopt', 'inbox', 'inbox page', 'inbox last', 'inbox words', 'R1 mongo'];

describe('the benches', () => {
  test('a quick run comes to its end and prints each figure once, with its goal and the load', async () => {
    const { stdout } = await run(process.execPath, ['bench/bench.ts', '--quick'], { cwd: root });
    const lines = stdout.split('\n');
    expect(stdout).not.toMatch(/ broke/);
    for (const id of [...ids, ...further])
      expect(lines.filter((line) => line.startsWith(`${id.padEnd(12)} `))).toHaveLength(1);
    for (const id of ids)
      expect(lines.find((line) => line.startsWith(`${id.padEnd(12)} `))).toMatch(/goal .+: (reached|not reached|–)$/);
    expect(lines.filter((line) => /; load \d+\.\d$/.test(line)).length).toBeGreaterThanOrEqual(ids.length);
  }, 240_000);

  test('an unknown bench is refused with the names of those there are', async () => {
    await expect(run(process.execPath, ['bench/bench.ts', '--only', 'speed'], { cwd: root })).rejects.toThrow(
      /There is no bench speed; there are copy, delta, scan/,
    );
  });

  test('the table of a part replaces its last one in the document and leaves everything around it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
    try {
      const path = join(folder, 'performance.md');
      const place = (part: string): string => `${beginOf(part)}\n\nold ${part}\n\n${endOf(part)}\n`;
      writeFileSync(path, `before\n${place('copy')}between\n${place('scan')}after\n`);
      const figure = { id: 'R0', what: 'a | b', value: '1', goal: '≤ 2', reached: false, made: 'N 1', load: '0.1' };
      writeInto(path, 'copy', forDocument([figure], { command: 'npm run bench', machine: 'here', day: '2025-01-01' }));
      const text = readFileSync(path, 'utf8');
      expect(text).toContain('| R0 | a \\| b | **1** | ≤ 2 | not reached | N 1 | 0.1 |');
      expect(text).toContain('Made by `npm run bench` on 2025-01-01: here.');
      expect(text).not.toContain('old copy');
      expect(text.startsWith(`before\n${beginOf('copy')}\n`)).toBe(true);
      expect(text.endsWith(`${endOf('copy')}\nbetween\n${place('scan')}after\n`)).toBe(true);
      expect(() => writeInto(path, 'delta', '')).toThrow(/has no place for the table: <!-- bench:delta -->/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
