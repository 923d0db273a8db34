import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../shared/contract/errors.ts';
import type { Strategy } from '../../shared/model/words.ts';
import type { PairEngine } from '../../electron/engine/pair-engine.ts';
import type { RunReport } from '../../electron/engine/reports/run.ts';
import type { ConflictItem } from '../../electron/engine/reports/waiting.ts';
import { prng } from '../simulation/prng.ts';
import { openFilePair, type OpenPair, type PairFiles } from './file-pair.ts';
import { KillSwitch, type KillPlan } from './kill-points.ts';
import { tokenCollection, tokenSettings } from './token-world.ts';

/** What one process of the engine is to do: `sync-loop.ts JSON`. It says a line of JSON per thing that happens, and ends with its input. */
export interface LoopOrder {
  readonly files: PairFiles;
  readonly marker: boolean;
  /** `rest`: ends by itself once two runs in a row had nothing to write. */
  readonly until: 'killed' | 'rest';
  readonly kill: KillPlan | null;
  readonly pauseMs: number;
  /** The settings of the world of tokens; else those of any pair. */
  readonly tokens: boolean;
  /** Decide some of the conflicts that wait, chosen by this seed; 0 = none. */
  readonly decide: number;
}

export type LoopLine =
  | { readonly ready: true }
  | { readonly hit: string }
  /** So many records were sent by an earlier process and not acknowledged. */
  | { readonly found: number }
  | { readonly run: Pick<RunReport, 'id' | 'status' | 'written' | 'recovered' | 'replanned' | 'brakes' | 'conflicts'> }
  | { readonly decided: string }
  | {
      readonly error: { readonly code: string; readonly message: string; readonly next: string; readonly hint: string };
    }
  | { readonly rest: true };

const order = JSON.parse(process.argv[2] ?? '{}') as LoopOrder;
const say = (line: LoopLine): void => void writeSync(1, `${JSON.stringify(line)}\n`);
const dice = prng(order.decide, 7);

function strategyFor(item: ConflictItem): Strategy | null {
  switch (item.kind) {
    case 'update/update':
    case 'insert/insert':
    case 'delete/update':
    case 'undone':
      return dice.pick(['keep_local', 'keep_remote'] as const);
    case 'unique':
      return 'rename_local';
    default:
      return null;
  }
}

async function decideSome(engine: PairEngine): Promise<void> {
  if (order.decide === 0) return;
  const open = await engine.conflicts({});
  if (open.length <= 4) return;
  const item = dice.pick(open);
  const strategy = strategyFor(item);
  if (strategy === null) return;
  const { id, generation } = item;
  const report = await engine.resolve({ where: { id }, generation, strategy, who: 'the loop' });
  say({ decided: `${item.kind} ${strategy}: ${report.resolved.length} of 1` });
}

const wrote = ({ written: { A, B } }: RunReport): boolean =>
  [A, B].some((counts) => counts.insert + counts.update + counts.delete > 0);

const kill = new KillSwitch(order.kill);
let pair: OpenPair | null = null;

/** As the host does it: after these, a fresh connection is opened for the next run. */
const freshAfter: ReadonlySet<string> = new Set(['replaced', 'file-missing', 'not-a-database', 'corrupt']);

async function open(): Promise<OpenPair> {
  return openFilePair(order.files, {
    marker: order.marker,
    ...(order.tokens ? { settings: tokenSettings, collection: tokenCollection } : {}),
    store: (store) => kill.store(store),
    connector: (side, connector) => kill.connector(side, connector),
  });
}

/** One run, told; answers whether it found nothing to do. */
async function round(): Promise<boolean> {
  try {
    pair ??= await open();
    // Now and then a decision comes first, so that a process also dies within one.
    if (dice.chance(0.4)) await decideSome(pair.engine);
    const report = await pair.engine.sync({ trigger: 'live', who: 'the loop' });
    const { id, status, written, recovered, replanned, brakes, conflicts } = report;
    say({ run: { id, status, written, recovered, replanned, brakes, conflicts } });
    await decideSome(pair.engine);
    return !wrote(report) && report.recovered === 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, next, hint } = error;
    say({ error: { code, message, next, hint } });
    if (freshAfter.has(code)) await shut();
    return false;
  }
}

async function shut(): Promise<void> {
  const open = pair;
  pair = null;
  await open?.close();
}

let stopped = false;
process.stdin.resume().once('end', () => (stopped = true));
say({ ready: true });
for (let quiet = 0; !stopped && (order.until === 'killed' || quiet < 2);) {
  quiet = (await round()) ? quiet + 1 : 0;
  await wait(order.pauseMs);
}
await shut();
say({ rest: true });
process.exit(0);
