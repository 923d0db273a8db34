import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname } from 'node:path';
import { AppError } from '../../../shared/contract/errors.ts';
import { socketWire } from '../transport/socket-wire.ts';
import type { Wire } from '../transport/wire.ts';
import { preparePrivateFolder } from './state-folder.ts';

const isPipe = (path: string): boolean => path.startsWith('\\\\');

/**
 * Listens on a socket that only this user can reach: 0600 in a folder of 0700. Called with the engine lock held, so a
 * socket that lies there is a leftover. The returned function stops listening and removes it.
 */
export async function listenOn(path: string, onWire: (wire: Wire) => void): Promise<() => Promise<void>> {
  if (!isPipe(path)) {
    preparePrivateFolder(dirname(path));
    rmSync(path, { force: true });
  }
  const server = createServer((socket) => onWire(socketWire(socket)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(path, cause)));
    server.listen(path, resolve);
  });
  if (!isPipe(path)) chmodSync(path, 0o600);
  return async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    if (!isPipe(path)) rmSync(path, { force: true });
    await closed;
  };
}

/** A wire to whoever listens there; `null` if nobody does. Never to a socket of another user. */
export async function connectTo(path: string): Promise<Wire | null> {
  if (!isPipe(path)) {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (!stat) return null;
    if (!stat.isSocket() || (process.getuid && stat.uid !== process.getuid())) throw foreignSocket(path);
  }
  const socket = connect(path);
  const connected = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  if (connected) return socketWire(socket);
  socket.destroy();
  return null;
}

function cannotListen(path: string, cause: Error): AppError {
  return new AppError({
    code: 'state-location',
    operation: 'engine.listen',
    message: `Opening the engine's socket ${path} failed.`,
    next: 'The engine was not started; both databases are untouched.',
    hint: 'Name a home on a local disk with a shorter path with --home.',
    subject: { path },
    retry: 'after-user-action',
    cause: cause.message,
  });
}

function foreignSocket(path: string): AppError {
  return new AppError({
    code: 'permission',
    operation: 'engine.connect',
    message: `Talking to the engine at ${path} is refused: the socket is not one of this user.`,
    next: 'Nothing was sent.',
    hint: 'Use a home of your own with --home.',
    subject: { path },
    retry: 'after-user-action',
  });
}
