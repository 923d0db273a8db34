import { Option, type Command } from 'commander';
import type { Params } from '../../../shared/contract/calls.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import { usage, type Cli, type Runner } from '../cli.ts';
import { exitCodeOf, exitCodes, worstExit, type ExitCode } from '../exit-codes.ts';
import { choosePair } from '../pair-choice.ts';
import { absoluteAddress } from '../parse/address.ts';
import { oneOf } from '../parse/choices.ts';
import { pairName } from '../parse/pair-name.ts';
import { labelsOf } from '../text/labels.ts';
import { indented } from '../text/table.ts';
import {
  EXPIRY,
  captureLines,
  notSyncedLines,
  offeredLines,
  pairLinesOf,
  pairListLines,
  testLines,
} from '../text/pair-text.ts';
import { safeText } from '../text/safe-text.ts';
import { TRIGGERS_GONE, TRIGGERS_KEPT } from '../text/marker-text.ts';
import { KEEP_OWN, KEEP_OWN_QUESTION, stampLines, stampsLeft } from '../text/stamp-text.ts';
import { listText } from '../text/words.ts';
import { addPairAdd, directions, keptIn } from './pair-add.ts';
import { pairInclude, type IncludeOptions } from './pair-include.ts';

export function addPair(program: Command, run: Runner): void {
  const pair = program
    .command('pair')
    .summary('add, look at, change and remove pairs')
    .description('Pairs: two databases that Tandem keeps in step.');
  addPairAdd(pair, run);
  pair
    .command('list')
    .description('All pairs.')
    .action(() => run('pair list', list));
  pair
    .command('show')
    .description('One pair with its collections and settings.')
    .argument('[name]', 'the pair; may be left out if there is only one')
    .action((name?: string) => run('pair show', (cli) => show(cli, name)));
  addEdit(pair, run);
  pair
    .command('rename')
    .summary('give a pair another name')
    .description(
      'Gives a pair another name. What both sides agreed on, history, conflicts, rules and passwords stay; saved plans name the old one and are made anew.',
    )
    .argument('<old>', 'the pair')
    .argument('<new>', 'its name from now on', pairName)
    .action((old: string, name: string) => run('pair rename', (cli) => rename(cli, old, name)));
  pair
    .command('remove')
    .summary('forget a pair')
    .description(
      'Forgets a pair with its settings and rules. Both databases keep their records; what Tandem added to them is taken away. It asks first, where somebody can be asked; else it goes on.',
    )
    .argument('<name>', 'the pair')
    .option(
      '--purge',
      'also delete history, conflicts and old values of the pair, also of one that was removed before, and its reports in the local database',
    )
    .option('--unstamp', 'also take the fields of stamps out of the documents of this computer')
    .action((name: string, options: Removal) => run('pair remove', (cli) => remove(cli, name, options)));
  pair
    .command('role')
    .description('Prints what an administrator runs so that a user may do what Tandem needs, and nothing else.')
    .argument('<name-or-address>', 'the pair, or the address of a database')
    .action((of: string) => run('pair role', (cli) => role(cli, of)));
  pair
    .command('test')
    .description('Looks whether both sides answer and fit together. Writes nothing.')
    .argument('[name]', 'the pair; may be left out if there is only one')
    .action((name?: string) => run('pair test', (cli) => test(cli, name)));
}

interface Removal {
  readonly purge?: boolean;
  readonly unstamp?: boolean;
}

interface EditOptions extends IncludeOptions {
  readonly a?: string;
  readonly b?: string;
  readonly nameA?: string;
  readonly nameB?: string;
  readonly direction?: (typeof directions)[number];
  readonly marker?: boolean;
  readonly triggers?: boolean;
  readonly stamp?: boolean;
  readonly keepOwn?: boolean;
  readonly unstamp?: boolean;
}

function addEdit(pair: Command, run: Runner): void {
  pair
    .command('edit')
    .summary('change a pair')
    .description(
      'Changes only what is given. New credentials, and a new address of the same database, keep base and history. The address of another database is a new beginning: it asks first, and without a terminal it needs --yes. Rules of one collection are set by tandem config set collections.NAME.KEY=VALUE.',
    )
    .argument('<name>', 'the pair')
    .option('--a <url>', 'address of side A')
    .option('--b <url>', 'address of side B')
    .option('--name-a <name>', 'what to call side A')
    .option('--name-b <name>', 'what to call side B')
    .addOption(new Option('--direction <way>', 'both, a-to-b or b-to-a').argParser(oneOf(directions, 'direction')))
    .option(
      '--marker',
      'keep a small table (MongoDB: collection) in both databases that tells a restored copy from the live one',
    )
    .option('--no-marker', 'keep no such table')
    .option('--triggers', 'SQLite: keep triggers on the tables that note which records change, see pair add')
    .option('--no-triggers', 'keep none; those that are there are taken away')
    .option(
      '--stamp',
      'MongoDB: keep syncedAt, syncStatus and origin in the documents of this computer, and reports in its database',
    )
    .option('--keep-own', KEEP_OWN)
    .option('--no-stamp', 'keep none; these fields are then fields like any other, and travel with the next sync')
    .option('--unstamp', 'with --no-stamp: take these fields out of the documents of this computer first')
    .option(
      '--add <names...>',
      'take in what stands beside the pair: TABLE (MongoDB: COLLECTION), TABLE.COLUMN, or all; what one side lacks is created there',
    )
    .option(
      '--leave-out <names...>',
      'leave tables (MongoDB: collections) and columns out of the pair, or never mention them again',
    )
    .option(
      '--add-indexes [collections...]',
      'MongoDB: make the indexes that one side alone has on the other, too: of these collections, or of all; unique ones only where no two documents clash',
    )
    .option('--key <table=fields...>', 'with --add: key fields of a table whose schema names none')
    .option('--expiry', `with --add and --add-indexes: ${EXPIRY}`)
    .option('--dry-run', 'with --add, --leave-out or --add-indexes: only look; save nothing')
    .option('--verbose', 'with --add: also show what is created word for word (SQLite: the SQL)')
    .action((name: string, options: EditOptions) => run('pair edit', (cli) => edit(cli, name, options)));
}

async function list(cli: Cli): Promise<ExitCode> {
  const pairs = await cli.call('pairs.list', {});
  cli.answer(pairs, () => pairListLines(pairs, cli.style, cli.command('pair', 'add')));
  return exitCodes.ok;
}

async function show(cli: Cli, name: string | undefined): Promise<ExitCode> {
  const pair = await choosePair(cli, name);
  const capture = (await cli.finish('status.show', { pair: pair.name }))[0]?.capture ?? { A: null, B: null };
  const labels = labelsOf(pair);
  // What is in the databases says something about the pair; a side that is away says nothing.
  const never = cli.options.json ? [] : (await cli.finish('pairs.test', { pair: pair.name })).notSynced;
  const parts = [notSyncedLines(never, labels, cli.style), captureLines(capture, labels)];
  cli.answer(pair, () => [
    ...pairLinesOf(pair, cli.style),
    ...parts.filter((lines) => lines.length > 0).flatMap((lines) => ['', ...indented(lines)]),
  ]);
  return exitCodes.ok;
}

async function edit(cli: Cli, name: string, options: EditOptions): Promise<ExitCode> {
  if (Object.keys(options).length === 0)
    throw usage('Changing the pair failed: nothing to change was given.', 'See --help for what can be changed.');
  const { marker, triggers, stamp, keepOwn, a, b, add, leaveOut, addIndexes, key, expiry, dryRun, verbose, ...rest } =
    options;
  if (add !== undefined || leaveOut !== undefined || addIndexes !== undefined) {
    if ([marker, triggers, stamp, a, b, ...Object.values(rest)].some((value) => value !== undefined))
      throw usage(
        'Changing the pair failed: --add, --leave-out and --add-indexes go in a command of their own.',
        'Give the other changes in a second command.',
      );
    return pairInclude(cli, (await choosePair(cli, name)).name, options);
  }
  refuseAlone({ '--key': key, '--expiry': expiry, '--dry-run': dryRun, '--verbose': verbose });
  const kept = keptIn({ marker, triggers, stamp });
  const request: Params<'pairs.edit'> = {
    ...rest,
    pair: name,
    ...(keepOwn === undefined ? {} : { keepOwn }),
    ...(a === undefined ? {} : { a: absoluteAddress(a, process.cwd()) }),
    ...(b === undefined ? {} : { b: absoluteAddress(b, process.cwd()) }),
    ...(Object.keys(kept).length === 0 ? {} : { options: kept }),
  };
  const moved = a !== undefined || b !== undefined;
  if (moved && !cli.options.yes && !(await agreedAnew(cli, request))) return exitCodes.ok;
  const agreed = stamp && cli.canAsk && !cli.options.yes && !keepOwn ? await agreedOwn(cli, request) : {};
  if (agreed === null) return exitCodes.ok;
  const report = await cli.call('pairs.edit', { ...request, ...agreed });
  cli.answer(report, () => [
    `Changed ${safeText(report.name)}.`,
    ...report.notes.map((note) => safeText(note, 500)),
    ...(stamp ? stampLines(labelsOf(report)) : []),
    ...(stamp === false && !rest.unstamp
      ? stampsLeft(
          labelsOf(report),
          cli.style.bold(cli.command('pair', 'edit', report.name, '--no-stamp', '--unstamp')),
        )
      : []),
    ...(triggers === undefined ? [] : [triggers ? TRIGGERS_KEPT : TRIGGERS_GONE]),
    ...(report.newBeginning.length > 0
      ? [
          'It begins anew: nothing is synced yet. See every change first:',
          `  ${cli.style.bold(cli.command('plan', report.name))}`,
        ]
      : []),
    '',
    ...pairLinesOf(report, cli.style),
  ]);
  return exitCodes.ok;
}

/** Options that say how tables and columns are taken in, where none are. */
function refuseAlone(options: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(options).filter((name) => options[name] !== undefined);
  if (names.length === 0) return;
  const many = names.length > 1;
  throw usage(
    `Changing the pair failed: ${listText(names)} ${many ? 'belong' : 'belongs'} to ${names.includes('--dry-run') ? '--add or --leave-out' : '--add'}.`,
    `Add ${names.includes('--dry-run') ? '--add NAME or --leave-out NAME' : '--add NAME'}, or leave out ${many ? 'these options' : 'this option'}.`,
  );
}

async function rename(cli: Cli, old: string, name: string): Promise<ExitCode> {
  const { name: pair } = await choosePair(cli, old);
  const report = await cli.call('pairs.rename', { pair, name });
  cli.answer(report, () => [
    `${safeText(pair)} is called ${safeText(name)} now; its history and what waits in it stay.`,
    ...report.notes.map((note) => safeText(note, 500)),
  ]);
  return exitCodes.ok;
}

/** What documents hold in the fields of stamps is theirs: `null` if the person does not want stamps around it. */
async function agreedOwn(cli: Cli, request: Params<'pairs.edit'>): Promise<{ keepOwn?: true } | null> {
  const { notes } = await cli.call('pairs.edit', { ...request, dryRun: true });
  if (notes.length === 0) return {};
  cli.terminal.out(notes.map((note) => safeText(note, 1000)));
  if (await cli.agrees(KEEP_OWN_QUESTION)) return { keepOwn: true };
  cli.terminal.say(['Nothing was changed.']);
  return null;
}

/** Another database is a new beginning, which a person has to mean. */
async function agreedAnew(cli: Cli, request: Params<'pairs.edit'>): Promise<boolean> {
  const look = await cli.call('pairs.edit', { ...request, dryRun: true });
  if (look.newBeginning.length === 0) return true;
  const labels = labelsOf(look);
  const names = listText(look.newBeginning.map((side) => (side === 'A' ? labels.a : labels.b)));
  if (!cli.canAsk)
    throw usage(
      `Changing ${look.name} was not begun: ${names} would be another database than before, so that the pair begins anew, and nobody can be asked here.`,
      'Add --yes if it is meant: nothing is deleted then; equal records stay as they are, one-sided ones are copied, and all others become conflicts.',
    );
  cli.terminal.out([
    `${names} would be another database than before. So ${safeText(look.name)} begins anew:`,
    'Forgotten: what both sides last agreed on, and the conflicts, holds and brakes that wait for you. The history stays.',
    'Next sync: equal records stay as they are, what one side alone has is copied to the other, what differs becomes a conflict. Nothing is deleted, but what was deleted on one side only comes back.',
  ]);
  if (await cli.agrees(`Begin ${look.name} anew?`)) return true;
  cli.terminal.say(['Nothing was changed.']);
  return false;
}

async function remove(cli: Cli, name: string, { purge = false, unstamp = false }: Removal): Promise<ExitCode> {
  const known = (await cli.call('pairs.list', {})).some((pair) => pair.name === name);
  // What a pair that was removed left behind can still be deleted.
  if (!known && !purge) await choosePair(cli, name);
  if (purge && !cli.options.yes && !cli.canAsk)
    throw usage(
      'Removing the pair with its history failed: that cannot be undone, and nobody can be asked here.',
      'Add --yes if it is meant, or leave out --purge.',
    );
  const waiting = known ? await waitingIn(cli, name) : '';
  if (cli.canAsk && !cli.options.yes) {
    cli.terminal.out(removalLines(name, waiting, purge));
    if (!(await cli.agrees(`Remove ${name}?`))) {
      cli.terminal.say(['Nothing was removed.']);
      return exitCodes.ok;
    }
  }
  const report = await cli.call('pairs.remove', { pair: name, purge, ...(unstamp ? { unstamp } : {}) });
  cli.answer(report, () => [
    `Removed ${safeText(name)}. Both databases keep their records.`,
    ...(waiting === '' ? [] : [`Forgotten with it, what waited for you: ${waiting}.`]),
    ...(purge
      ? ['Its history, conflicts and old values are deleted.']
      : [
          'Its history is kept, and shown again with a pair of this name; that pair begins anew.',
          `Delete that too: ${cli.style.bold(cli.command('pair', 'remove', name, '--purge'))}`,
        ]),
    ...report.notes.map((note) => safeText(note, 500)),
  ]);
  return exitCodes.ok;
}

/** What waits in the pair for a person and would be forgotten with it. */
async function waitingIn(cli: Cli, pair: string): Promise<string> {
  const [status] = await cli.call('status.show', { pair });
  if (!status) return '';
  const { conflicts, holds, brakes } = status;
  const counts = [
    ...(conflicts.open > 0 ? [countText(conflicts.open, 'conflict')] : []),
    ...(brakes.length > 0 ? [countText(brakes.length, 'brake')] : []),
    ...(holds > 0 ? [countText(holds, 'record')] : []),
  ];
  return holds > 0 ? `${listText(counts)} on hold` : listText(counts);
}

function removalLines(name: string, waiting: string, purge: boolean): string[] {
  return [
    `Kept: every record in both databases${purge ? '' : '; the history of the pair'}.`,
    `Lost: the settings and the rules of ${safeText(name)} in tandem.yaml, its passwords, and what both sides last agreed on.`,
    ...(waiting === '' ? [] : [`Lost: the questions that wait for you: ${waiting}.`]),
    ...(purge ? ['Lost: its history, and with it every undo. This cannot be taken back.'] : []),
    'Added again it begins anew: what is missing on one side then comes back from the other, and every difference is a question.',
  ];
}

async function role(cli: Cli, of: string): Promise<ExitCode> {
  const report = await cli.call('pairs.role', { of });
  cli.answer(report, () =>
    report.sides.flatMap(({ label, script, why }, i) => [
      ...(i === 0 ? [] : ['']),
      ...(why === ''
        ? [`// ${safeText(label, 60)}`, ...script.split('\n').map((line) => safeText(line, 1000))]
        : [`// ${safeText(label, 60)}: nothing to do, ${safeText(why, 200)}.`]),
    ]),
  );
  return exitCodes.ok;
}

async function test(cli: Cli, name: string | undefined): Promise<ExitCode> {
  const pair = await choosePair(cli, name);
  const report = await cli.call('pairs.test', { pair: pair.name });
  cli.answer(report, () => [
    ...testLines(report, cli.style),
    ...offeredLines(report, cli.command('pair', 'edit', report.pair, '--add-indexes')),
  ]);
  const failures = report.sides.flatMap(({ error }) => (error === null ? [] : [error.code]));
  if (report.findings.some(({ blocks }) => blocks)) failures.push('schema-mismatch');
  return worstExit(failures.map(exitCodeOf));
}
