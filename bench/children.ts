import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bundle } from '../build/bundling.js';
import type { ChildLine, ChildOrder } from './child.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** As the program is shipped: out of sources, Node itself holds more, and so does the driver of MongoDB. */
const outDir = join(root, 'dist', 'bench');
let made: Promise<void> | undefined;

/** Runs a process to its end, or kills it `killAfterMs` after it was ready. Answers what it said last, and how it ended. */
export async function runChild(
  order: ChildOrder,
  killAfterMs?: number,
): Promise<{ readonly last: ChildLine | null; readonly killed: boolean }> {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'tandem-bench-compiled') };
  await (made ??= bundle({ root, entry: join('bench', 'child.ts'), outDir }));
  const child = spawn(process.execPath, [join(outDir, 'main.js'), JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  });
  let last: ChildLine | null = null;
  const ready = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = JSON.parse(line) as ChildLine;
    ready.resolve();
  });
  const over = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  if (killAfterMs !== undefined) {
    await Promise.race([ready.promise, over]);
    await Promise.race([wait(killAfterMs), over]);
    child.kill('SIGKILL');
  }
  const [code, signal] = await over;
  const killed = signal === 'SIGKILL';
  if (code !== 0 && !killed) throw new Error(`A process of the bench ended with ${String(code ?? signal)}`);
  return { last, killed };
}
