import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { SupervisorEvent, SupervisorOrder } from './supervised.ts';

/*
 * A program of its own between a test and the server that it started. When the test ends, however it ends, this
 * program's input closes; then it kills the server and removes the folder. So no server outlives its test.
 */
const STOP_WITHIN_MS = 5000;
const folder = process.argv[2] ?? '';
let server: { readonly child: ChildProcess } | null = null;

const say = (event: SupervisorEvent): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

function start({ command, args, env }: Extract<SupervisorOrder, { do: 'start' }>): void {
  const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', 2, 2] });
  server = { child };
  child.once('spawn', () => say({ started: child.pid ?? 0 }));
  child.once('error', (error) => over(`could not be started: ${error.message}`));
  child.once('exit', (code, signal) => over(`ended with ${signal ?? `exit code ${code}`}`));
}

function over(how: string): void {
  if (server === null) return;
  server = null;
  say({ over: how });
}

function stop(child: ChildProcess): void {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  child.once('exit', () => clearTimeout(timer));
}

function obey(order: SupervisorOrder): void {
  if (order.do === 'start') start(order);
  else if (server === null) say({ over: 'was not running' });
  else if (order.do === 'stop') stop(server.child);
  else server.child.kill('SIGKILL');
}

function finish(): void {
  if (server === null) leave();
  else server.child.once('exit', leave).kill('SIGKILL');
}

function leave(): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit();
}

// Whoever would hear this may be gone already.
process.stdout.on('error', () => {});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, finish);
createInterface({ input: process.stdin })
  .on('line', (line) => obey(JSON.parse(line) as SupervisorOrder))
  .on('close', finish);
