import '../build/lean-heap.js';
import { readFileSync, writeSync } from 'node:fs';
import { resourceUsage } from 'node:process';
import { median, timed } from './figures.ts';
import type * as MongoPair from './mongo-pair.ts';
import { openPair, syncFiles, syncOnce, type OpenPair, type PairFiles } from './pair.ts';
import { editPeople, edits } from './raw.ts';

/** What one process is to do: `child.ts JSON`. It says a line of JSON per thing that happened. */
export type ChildOrder =
  | { readonly task: 'sync'; readonly files: PairFiles }
  | {
      readonly task: 'life';
      readonly over: LifeOver;
      readonly n: number;
      readonly few: number;
      readonly rounds: number;
    };

/** The pair whose life it is: two files, or two databases of MongoDB. */
export type LifeOver = { readonly files: PairFiles } | { readonly mongo: MongoPair.MongoPlaces };

export type ChildLine =
  | { readonly said: 'ready' }
  | { readonly said: 'synced'; readonly spentMs: number }
  | ({ readonly said: 'life' } & Life);

/** Bytes are the most memory the process ever held until then. */
export interface Life {
  readonly openedBytes: number;
  readonly copyMs: number;
  readonly copiedBytes: number;
  readonly deltaMs: number;
  readonly noopMs: number;
  readonly compareMs: number;
  readonly endBytes: number;
}

const say = (line: ChildLine): void => void writeSync(1, `${JSON.stringify(line)}\n`);

/**
 * Linux hands the peak of the process that started this one on to `maxRSS`, even over exec: a small process of a large
 * parent seems large. The high-water mark of its own memory begins anew.
 */
function peak(): number {
  if (process.platform !== 'linux') return resourceUsage().maxRSS * 1024;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  if (kilobytes === undefined) throw new Error('/proc/self/status tells no VmHWM');
  return Number(kilobytes) * 1024;
}

/** Loaded only where it is needed: a driver has a weight of its own. */
const mongoPair = (): Promise<typeof MongoPair> => import('./mongo-pair.ts');

const open = async (over: LifeOver): Promise<OpenPair> =>
  'files' in over ? openPair(over.files) : (await mongoPair()).openMongoPair(over.mongo);

async function edit(over: LifeOver, few: number, n: number, round: number): Promise<void> {
  if ('files' in over) editPeople(over.files.A, edits(few, n, round));
  else await (await mongoPair()).editMongo(over.mongo.A, { k: few, n, round });
}

async function life({ over, n, few, rounds }: Extract<ChildOrder, { task: 'life' }>): Promise<Life> {
  const pair = await open(over);
  const openedBytes = peak();
  const copyMs = await timed(() => syncOnce(pair));
  const copiedBytes = peak();
  const deltas: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    await edit(over, few, n, round);
    deltas.push(await timed(() => syncOnce(pair)));
  }
  const noopMs = await timed(() => syncOnce(pair));
  const compareMs = await timed(() => pair.engine.compare());
  const endBytes = peak();
  await pair.close();
  return { openedBytes, copyMs, copiedBytes, deltaMs: median(deltas), noopMs, compareMs, endBytes };
}

const order = JSON.parse(process.argv[2] ?? '{}') as ChildOrder;
say({ said: 'ready' });
if (order.task === 'life') say({ said: 'life', ...(await life(order)) });
else say({ said: 'synced', spentMs: await timed(() => syncFiles(order.files)) });
