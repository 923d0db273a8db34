import type { EngineChild } from '../api/engine-process/supervisor.ts';
import { utilityProcess } from './electron-port.ts';

/** The engine as a utility process of Electron: it can neither freeze the tray nor take it down. Only after `ready`. */
export function forkEngine(entry: string): EngineChild {
  const child = utilityProcess.fork(entry, [], { serviceName: 'Tandem engine', stdio: 'inherit' });
  let alive = true;
  child.once('exit', () => (alive = false));
  return {
    post: (message) => alive && child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill(),
  };
}
