import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { BEGIN, END, forDocument, writeInto } from '../../bench/report.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');

const ids = ['R1', 'R1 shop', 'R2', 'R3', 'R4', 'R5 calls', 'R5 read', 'R6', 'R7', 'R7 whole', 'R8', 'R9', 'R11'];
const further = ['R11 receipt', 'adopt', 'inbox'];

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
  });

  test('an unknown bench is refused with the names of those there are', async () => {
    await expect(run(process.execPath, ['bench/bench.ts', '--only', 'speed'], { cwd: root })).rejects.toThrow(
      /There is no bench speed; there are copy, delta, scan/,
    );
  });

  test('the table replaces the last one in the document and leaves the words around it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
    try {
      const path = join(folder, 'performance.md');
      writeFileSync(path, `before\n\n${BEGIN}\nold\n${END}\n\nafter\n`);
      const figure = { id: 'R0', what: 'a | b', value: '1', goal: '≤ 2', reached: false, made: 'N 1', load: '0.1' };
      writeInto(path, forDocument([figure], { command: 'npm run bench', machine: 'here', day: '2025-01-01' }));
      const text = readFileSync(path, 'utf8');
      expect(text.startsWith(`before\n\n${BEGIN}\n`) && text.endsWith(`${END}\n\nafter\n`)).toBe(true);
      expect(text).toContain('| R0 | a \\| b | **1** | ≤ 2 | not reached | N 1 | 0.1 |');
      expect(text).not.toContain('old');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
