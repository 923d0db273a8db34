import type { Command } from 'commander';
import type { WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import type { Cli, Runner } from '../cli.ts';
import { exitCodeOf, exitCodes, worstExit, type ExitCode } from '../exit-codes.ts';
import { choosePairs } from '../pair-choice.ts';
import { labelsOf } from '../text/labels.ts';
import { namesText } from '../text/not-in-pair-text.ts';
import { errorText, statusLines } from '../text/status-text.ts';
import { safeText } from '../text/safe-text.ts';

export function addStatus(program: Command, run: Runner): void {
  program
    .command('status')
    .summary('how things stand')
    .description('How every pair, or one, stands: both sides, the last sync, totals, and what waits for you.')
    .argument('[pair]', 'only this pair')
    .option('--check', 'compare both sides too; exit 0 only if in step, without brake, conflict or drift')
    .action((pair: string | undefined, options: { check?: boolean }) =>
      run('status', (cli) => status(cli, pair, options.check ?? false)),
    );
}

async function status(cli: Cli, named: string | undefined, check: boolean): Promise<ExitCode> {
  const name = named ?? (await cli.ownPair());
  if (name !== undefined || check) await choosePairs(cli, name === undefined ? [] : [name]);
  const pairs = await cli.call('status.show', name === undefined ? {} : { pair: name });
  const findings = check ? await Promise.all(pairs.map((pair) => checked(cli, pair))) : [];
  const silent = cli.options.json ? new Map<string, Set<'A' | 'B'>>() : await silentSides(cli, pairs);
  const live = cli.options.json ? [] : await cli.call('live.list', name === undefined ? {} : { pair: name });
  const known = check ? pairs.map((pair, i) => agreeing(pair, findings[i])) : pairs;
  const document = check ? known.map((pair, i) => ({ ...pair, check: findings[i] })) : known;
  cli.answer(document, () => [
    ...statusLines(known, {
      style: cli.style,
      now: cli.now,
      command: (...words) => cli.command(...words),
      runnable: cli.runnable,
      silent,
      live: new Map(live.map((each) => [each.pair, each])),
    }),
    ...(check ? ['', ...checkLines(cli, findings, pairs)] : []),
  ]);
  return worstExit(findings.map(({ exit }) => exit));
}

/** Of a pair with an error both sides are asked, so that the one that answers is not suspected. */
async function silentSides(cli: Cli, pairs: readonly WirePairStatus[]): Promise<Map<string, Set<'A' | 'B'>>> {
  const silent = new Map<string, Set<'A' | 'B'>>();
  for (const { pair, error } of pairs) {
    if (error === null) continue;
    try {
      const { sides } = await cli.call('pairs.test', { pair });
      silent.set(pair, new Set(sides.flatMap(({ ok, side }) => (ok ? [] : [side]))));
    } catch (cause) {
      // The error of the status says it already; nothing is claimed about either side.
      if (!(cause instanceof AppError) || cause.code === 'cancelled') throw cause;
    }
  }
  return silent;
}

interface Check {
  readonly pair: string;
  readonly ok: boolean;
  readonly why: string;
  readonly exit: ExitCode;
}

/** What the state knows is asked first; only if that is in order both sides are looked at, without writing. */
async function checked(cli: Cli, status: WirePairStatus): Promise<Check> {
  const known = knownTrouble(status);
  const trouble = known ?? (await seenTrouble(cli, status.pair));
  return trouble
    ? { pair: status.pair, ok: false, why: trouble[0], exit: trouble[1] }
    : { pair: status.pair, ok: true, why: '', exit: exitCodes.ok };
}

/** What was seen just now is the last word on the records, also where the state alone is said. */
function agreeing(pair: WirePairStatus, check: Check | undefined): WirePairStatus {
  if (!check || pair.state !== 'in-step') return pair;
  return check.ok
    ? { ...pair, sentence: pair.sentence.replace(/^[^.]+\./, 'In step.') }
    : { ...pair, state: 'waiting', sentence: `Not in step: ${check.why}.`, next: `tandem sync ${pair.pair}` };
}

type Trouble = readonly [string, ExitCode];

function knownTrouble({
  error,
  brakes,
  conflicts,
  holds,
  lastRun,
  syncing,
  state,
  sentence,
}: WirePairStatus): Trouble | null {
  if (error) return [errorText(error), exitCodeOf(error.code)];
  if (brakes.length > 0) return ['a brake stands', exitCodes.guard];
  if (conflicts.open > 0) return [`${countText(conflicts.open, 'conflict')} open`, exitCodes.conflicts];
  if (holds > 0) return [`${countText(holds, 'record')} on hold`, exitCodes.conflicts];
  if (lastRun === null) return ['never synced', exitCodes.verification];
  if (syncing) return ['a sync is running', exitCodes.verification];
  // A pause says nothing about the records.
  return state === 'in-step' || state === 'paused' ? null : [sentence, exitCodes.verification];
}

async function seenTrouble(cli: Cli, pair: string): Promise<Trouble | null> {
  try {
    const { total, conflicts, brakes, drift } = await cli.call('plan.make', {
      pair,
      sample: 0,
      entries: 'none',
    });
    if (brakes.length > 0) return ['a brake stands', exitCodes.guard];
    if (conflicts.length > 0) return [`${countText(conflicts.length, 'conflict')} open`, exitCodes.conflicts];
    if (total > 0) return [`${countText(total, 'change')} not synced yet`, exitCodes.verification];
    return drift > 0 ? [`${countText(drift, 'record')} drifted`, exitCodes.verification] : null;
  } catch (cause) {
    if (cause instanceof AppError && cause.code !== 'cancelled') return [cause.message, exitCodeOf(cause.code)];
    throw cause;
  }
}

function checkLines(cli: Cli, findings: readonly Check[], pairs: readonly WirePairStatus[]): string[] {
  return findings.map(({ pair, ok, why }, i) =>
    ok
      ? `Check: ${safeText(pair)} is in step; both sides were looked at${exceptText(pairs[i])}.`
      : cli.style.warn(`Check: ${safeText(pair)} is not in step: ${safeText(why, 300)}`),
  );
}

/** What the comparison says nothing about, because it is not part of the pair. */
const exceptText = (pair: WirePairStatus | undefined): string =>
  pair && pair.notInPair.length > 0
    ? `, but for what is not part of the pair: ${namesText(pair.notInPair, labelsOf(pair))}`
    : '';
