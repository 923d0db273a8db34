import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mutations, type Mutation } from './mutations.list.ts';

/*
 * node build/mutations.ts [--only 'TEXT|TEXT'] [--seeds N]
 * Every known-bad engine must be caught. Prints entry → world, seed, oracle; exit 1 if one survives or no longer applies.
 */
const root = join(import.meta.dirname, '..');

interface Verdict {
  readonly caught: boolean;
  readonly how: string;
}

/** A copy of the sources in which one thing is wrong. */
function patchedCopy(mutation: Mutation): string | null {
  const source = readFileSync(join(root, mutation.file), 'utf8');
  if (source.split(mutation.find).length !== 2) return null;
  const folder = mkdtempSync(join(tmpdir(), 'tandem-mutation-'));
  for (const name of ['electron', 'shared', 'test', 'build', 'package.json', 'tsconfig.json', 'vitest.config.ts'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(
    join(folder, mutation.file),
    source.replace(mutation.find, () => mutation.replace),
  );
  return folder;
}

async function judge(mutation: Mutation, seeds: number): Promise<Verdict> {
  const folder = patchedCopy(mutation);
  if (folder === null)
    return {
      caught: false,
      how: `NO LONGER APPLIES: the text to replace does not stand exactly once in ${mutation.file}`,
    };
  try {
    if ('test' in mutation.where) return await tested(folder, mutation.where);
    return await hunted(folder, mutation.where, seeds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The named test must be green with the sources as they are, and red with the mutation. */
async function tested(
  folder: string,
  { test, title }: { readonly test: string; readonly title: string },
): Promise<Verdict> {
  const args = [join('node_modules', 'vitest', 'vitest.mjs'), 'run', test, '-t', title];
  const [control, red] = [await start(root, args), await start(folder, args)];
  const how = `[${title}] of ${test}`;
  if (control.code !== 0) return { caught: false, how: `NO PROOF, it fails without the mutation, too: ${how}` };
  return { caught: red.code !== 0, how: red.code === 0 ? `SURVIVED ${how}` : how };
}

interface Found {
  readonly kind: string;
  readonly world: string;
  readonly seed: number;
  readonly mode: string;
  readonly broken: string;
}

/** What the sources break without the mutation proves nothing: it is passed over, this many times. */
const CONTROLS = 5;

async function hunted(folder: string, worlds: readonly string[], seeds: number): Promise<Verdict> {
  const skip: string[] = [];
  for (;;) {
    const { found, out } = await hunt(folder, ['look', String(seeds), JSON.stringify(skip), ...worlds]);
    if (found === undefined) return { caught: false, how: `THE HUNT FAILED: ${out.slice(-500)}` };
    if (found === null) return { caught: false, how: `SURVIVED ${seeds} seeds in ${worlds.join(', ')}` };
    const { kind, seed, world, mode, broken } = found;
    const how = `“${world}”, ${kind === 'walk' ? '' : `${kind} at every await, `}seed ${seed} (${mode}): ${broken}`;
    const control = await hunt(root, ['once', kind, String(seed), world]);
    if (control.found === null) return { caught: true, how };
    skip.push(`${kind} ${seed} ${world}`);
    if (skip.length > CONTROLS)
      return { caught: false, how: `NO PROOF, the engine without the mutation fails there, too: ${how}` };
  }
}

async function hunt(
  folder: string,
  args: readonly string[],
): Promise<{ readonly found: Found | null | undefined; readonly out: string }> {
  const { code, out } = await start(folder, [join('build', 'mutations.hunt.ts'), ...args]);
  const line = out.trim().split('\n').at(-1) ?? '';
  return { found: code === 0 ? (JSON.parse(line) as Found | null) : undefined, out };
}

function start(folder: string, args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (out += data.toString()));
    child.on('close', (code) => resolve({ code: code ?? 2, out }));
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, seeds: { type: 'string', default: '2000' } } });
  const chosen = mutations.filter(
    ({ name }) => values.only === undefined || values.only.split('|').some((part) => name.includes(part)),
  );
  const verdicts = new Map<Mutation, Verdict>();
  const queue = [...chosen];
  const worker = async (): Promise<void> => {
    for (let mutation = queue.shift(); mutation; mutation = queue.shift()) {
      const verdict = await judge(mutation, Number(values.seeds));
      verdicts.set(mutation, verdict);
      console.log(
        `${verdict.caught ? 'caught  ' : 'MISSED  '} ${mutation.law.padEnd(4)} ${mutation.name.padEnd(62)} → ${verdict.how}`,
      );
    }
  };
  await Promise.all([worker(), worker()]);
  const missed = [...verdicts.values()].filter(({ caught }) => !caught).length;
  console.log(`\n${chosen.length - missed} of ${chosen.length} mutations caught.`);
  process.exitCode = missed === 0 ? 0 : 1;
}

await main();
