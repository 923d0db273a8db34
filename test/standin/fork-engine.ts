import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { EngineChild } from '../../electron/api/engine-process/supervisor.ts';

const SHIM = join(import.meta.dirname, 'parent-port.cjs');
const SOURCE = join(import.meta.dirname, '..', '..', 'electron', 'api', 'engine-process', 'main.ts');

/** The engine's entry, from its source, as a process of Node with what a utility process has. */
export function forkEngine(env: NodeJS.ProcessEnv = process.env): EngineChild & { readonly process: ChildProcess } {
  const child = fork(SOURCE, [], {
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning', `--require=${SHIM}`],
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
    process: child,
    post: (message) => void (child.connected && child.send(message)),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  };
}
