import { createHash } from 'node:crypto';
import { createReadStream, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../../shared/contract/errors.ts';
import type { Host } from '../host/host.ts';
import { writePrivately } from './folder.ts';
import { forBoth, sumOfBoth, type Both, type Original } from './originals.ts';

/** Copies of both sides and of the state, as they stood together. */
export interface Copies {
  readonly paths: Both<string>;
  readonly state: string;
  readonly hashes: Both<string>;
  readonly bytes: number;
}

export interface CopyParts {
  readonly pair: string;
  /** Its number in the state. */
  readonly id: number;
  readonly folder: string;
  readonly originals: Both<Original>;
  readonly signal: AbortSignal;
}

const TRIES = 5;

/**
 * Copies that belong together: while they are made the engine neither sends nor acknowledges anything of this pair,
 * else they are made again. What other programs write in between is an edit like any other.
 */
export async function takeCopies(host: Host, parts: CopyParts): Promise<Copies> {
  const { pair, id, folder, originals, signal } = parts;
  const paths = { A: join(folder, 'a.db'), B: join(folder, 'b.db') };
  const state = join(folder, 'state.db');
  for (let i = 0; i < TRIES; i++) {
    const before = await workMark(host, id);
    await forBoth((side) => originals[side].copyTo(paths[side], signal));
    writePrivately(state, host.store.serialize());
    if ((await workMark(host, id)) === before) {
      const sizes = await forBoth(async (side) => statSync(paths[side]).size);
      return { paths, state, hashes: await forBoth((side) => hashOf(paths[side], signal)), bytes: sumOfBoth(sizes) };
    }
    for (const path of [paths.A, paths.B, state]) rmSync(path, { force: true });
    await host.ports.clock.sleep(100 * 2 ** i, signal);
  }
  throw syncInProgress(pair, 'records are being written all the time');
}

/** Another one as soon as a batch is sent or acknowledged. */
async function workMark({ store }: Host, id: number): Promise<string> {
  const { epoch, n, batch } = await store.pair(id);
  const [sent] = await store.actions(id, { status: 'sent', order: 'id', limit: 1 });
  return JSON.stringify([epoch, n, batch, sent?.id ?? 0]);
}

/** SHA-256 of an original as a copy of it shows it; the copy is gone afterwards. A live file is never read past its database. */
export async function hashOriginal(original: Original, path: string, signal: AbortSignal): Promise<string> {
  try {
    await original.copyTo(path, signal);
    return await hashOf(path, signal);
  } finally {
    rmSync(path, { force: true });
  }
}

async function hashOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash, { signal });
  return hash.digest('hex');
}

export function syncInProgress(pair: string, why: string): AppError {
  return new AppError({
    code: 'sync-in-progress',
    operation: 'runs.rehearse',
    message: `Rehearsing ${pair} failed: a sync is already in progress (${why}).`,
    next: 'The running sync goes on; nothing was rehearsed.',
    hint: 'Wait for it to end, or see: tandem status',
    subject: { pair },
    retry: 'backoff',
  });
}
