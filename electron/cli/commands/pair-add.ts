import { Option, type Command } from 'commander';
import type { Result } from '../../../shared/contract/calls.ts';
import type { WireAddReport, WireAddRequest } from '../../../shared/contract/pair-shapes.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import type { Cli, Runner } from '../cli.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { absoluteAddress } from '../parse/address.ts';
import { oneOf } from '../parse/choices.ts';
import { nameList } from '../parse/keys.ts';
import { assignment } from '../parse/values.ts';
import { withProgress } from '../progress.ts';
import { labelsOf } from '../text/labels.ts';
import { createLines } from '../text/create-text.ts';
import { findingLines, firstSyncLines, previewLines } from '../text/pair-text.ts';
import { safeText } from '../text/safe-text.ts';

export const directions = ['both', 'a-to-b', 'b-to-a'] as const;

interface Options {
  readonly a: string;
  readonly b: string;
  readonly nameA?: string;
  readonly nameB?: string;
  readonly collections?: readonly string[];
  readonly direction?: (typeof directions)[number];
  readonly create?: boolean;
  readonly key?: readonly string[];
  readonly marker?: boolean;
  readonly dryRun?: boolean;
  readonly verbose?: boolean;
}

export function addPairAdd(pair: Command, run: Runner): void {
  pair
    .command('add')
    .summary('keep two databases in step')
    .description(
      'Looks at both databases, shows what the first sync would do, and asks. Nothing is written to a record before the first sync.',
    )
    .argument('<name>', 'what the pair shall be called')
    .requiredOption('--a <url>', 'this side: sqlite:PATH, or a path that ends in .db, .sqlite or .sqlite3')
    .requiredOption('--b <url>', 'the other side')
    .option('--name-a <name>', 'what to call side A (default: This computer)')
    .option('--name-b <name>', 'what to call side B (default: Remote)')
    .option('--collections <names...>', 'only these collections (default: all that both sides have)')
    .addOption(
      new Option('--direction <way>', 'the way records travel: both, a-to-b or b-to-a').argParser(
        oneOf(directions, 'direction'),
      ),
    )
    .option('--create', 'create what is missing on one side with the exact schema of the other')
    .option('--key <table=fields...>', 'key fields of a table whose schema names none, for example log=day,number')
    .option('--marker', 'keep a small table in both databases that tells a restored copy from the live one')
    .option('--no-marker', 'keep nothing in the databases')
    .option('--dry-run', 'only look; save nothing')
    .option('--verbose', 'also show the SQL of what is created')
    .action((name: string, options: Options) => run('pair add', (cli) => pairAdd(cli, name, options)));
}

function requestFrom(name: string, options: Options): WireAddRequest {
  const { a, b, nameA, nameB, collections, direction, create, key, marker } = options;
  const keys = (key ?? []).map((text) => {
    const [table, fields] = assignment(text, '--key');
    return [table, nameList([fields])] as const;
  });
  return {
    name,
    a: absoluteAddress(a, process.cwd()),
    b: absoluteAddress(b, process.cwd()),
    ...(nameA === undefined ? {} : { nameA }),
    ...(nameB === undefined ? {} : { nameB }),
    ...(collections === undefined ? {} : { collections: nameList(collections) }),
    ...(direction === undefined ? {} : { direction }),
    ...(create === undefined ? {} : { create }),
    ...(keys.length === 0 ? {} : { keys: Object.fromEntries(keys) }),
    ...(marker === undefined ? {} : { options: { marker } }),
  };
}

async function pairAdd(cli: Cli, name: string, options: Options): Promise<ExitCode> {
  const asked = requestFrom(name, options);
  const { verbose = false } = options;
  if (options.dryRun) {
    const report = await cli.call('pairs.add', { ...asked, dryRun: true });
    cli.answer(report, () => [...reportLines(cli, report, verbose), 'Nothing was saved; this was only a look.']);
    return exitCodes.ok;
  }
  const asks = cli.canAsk && !cli.options.yes;
  const request = asks ? await completed(cli, asked, verbose) : asked;
  const report = await withProgress(cli, [name], () => cli.call('pairs.add', request));
  if (asks) return confirmed(cli, report, verbose);
  cli.answer(report, () => [...reportLines(cli, report, verbose), ...unaskedLines(cli), ...addedLines(cli, report)]);
  return exitCodes.ok;
}

const MARKER_QUESTION = [
  'May Tandem keep one small table, _tandem_marker, in both databases?',
  'With it an older copy that is put back into the same file is recognised at once, and nothing is deleted because of it.',
  'Without it only a replaced file is recognised; a restore inside the same file may look like ordinary edits.',
];

/** Asks a person what the command line left open; everything that would be created is shown before. */
async function completed(cli: Cli, asked: WireAddRequest, verbose: boolean): Promise<WireAddRequest> {
  let request = asked;
  if (request.create === undefined) {
    const look = await cli.call('pairs.add', { ...request, create: true, dryRun: true });
    if (look.create.length > 0) {
      cli.terminal.out(
        createLines(look.create, { labels: labelsOf(look.pair), style: cli.style, done: false, verbose }),
      );
      request = { ...request, create: await cli.agrees('Create this?') };
    }
  }
  if (request.options?.marker !== undefined) return request;
  cli.terminal.out(MARKER_QUESTION);
  const marker = await cli.agrees('Keep the marker?');
  return { ...request, options: { ...request.options, marker } };
}

/** The counts are shown before the person says whether the pair stays. */
async function confirmed(cli: Cli, report: WireAddReport, verbose: boolean): Promise<ExitCode> {
  cli.terminal.out(reportLines(cli, report, verbose));
  if (await cli.agrees(`Keep ${report.pair.name} as a pair? Records move with the first sync, not now.`)) {
    cli.terminal.out(addedLines(cli, report));
    return exitCodes.ok;
  }
  await cli.finish('pairs.remove', { pair: report.pair.name, purge: true });
  cli.terminal.out([
    report.create.length === 0
      ? 'The pair was not added. Both databases are as they were.'
      : 'The pair was not added. The tables that were created stay, and no record was written.',
  ]);
  return exitCodes.ok;
}

function reportLines(cli: Cli, report: Result<'pairs.add'>, verbose: boolean): string[] {
  const { style } = cli;
  const labels = labelsOf(report.pair);
  const parts = [
    findingLines(report.findings, style),
    createLines(report.create, { labels, style, done: report.added, verbose }),
    report.preview === null ? [] : previewLines(report.preview, labels, style),
    report.preview === null ? [] : firstSyncLines(report.preview, labels),
    report.notes.map((note) => safeText(cli.runnable(note), 500)),
    report.pair.options.marker
      ? ['The table _tandem_marker will be kept in both databases; removing the pair removes it.']
      : [],
  ];
  return parts.filter((lines) => lines.length > 0).flatMap((lines, i) => [...(i === 0 ? [] : ['']), ...lines]);
}

function unaskedLines(cli: Cli): string[] {
  if (cli.options.yes) return [];
  return ['', 'Nothing was asked, because there is nobody to ask here: it happens as said above.'];
}

function addedLines(cli: Cli, { pair }: WireAddReport): string[] {
  return [
    '',
    `Added ${cli.style.bold(safeText(pair.name))}: ${countText(pair.collections.length, 'collection')}, nothing synced yet.`,
    `See every change first: ${cli.style.bold(cli.command('plan', pair.name))}`,
    `Or sync now: ${cli.style.bold(cli.command('sync', pair.name))}`,
  ];
}
