import { Option, type Command } from 'commander';
import type { Result } from '../../../shared/contract/calls.ts';
import type { WireAddReport, WireAddRequest } from '../../../shared/contract/pair-shapes.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import { usage, type Cli, type Runner } from '../cli.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { absoluteAddress } from '../parse/address.ts';
import { oneOf } from '../parse/choices.ts';
import { nameList } from '../parse/keys.ts';
import { pairName } from '../parse/pair-name.ts';
import { assignment } from '../parse/values.ts';
import { withProgress } from '../progress.ts';
import { labelsOf } from '../text/labels.ts';
import { markerKept, markerQuestion, TRIGGERS_KEPT } from '../text/marker-text.ts';
import { createLines } from '../text/create-text.ts';
import { firstSyncLines } from '../text/first-sync-text.ts';
import { EXPIRY, captureLines, findingLines, madeLines, previewLines } from '../text/pair-text.ts';
import { KEEP_OWN, KEEP_OWN_QUESTION, stampLines } from '../text/stamp-text.ts';
import { safeText } from '../text/safe-text.ts';

export const directions = ['both', 'a-to-b', 'b-to-a'] as const;

interface Options {
  readonly a?: string;
  readonly b?: string;
  readonly nameA?: string;
  readonly nameB?: string;
  readonly collections?: readonly string[];
  readonly direction?: (typeof directions)[number];
  readonly directionOf?: readonly string[];
  readonly create?: boolean;
  readonly key?: readonly string[];
  readonly unique?: readonly string[];
  readonly expiry?: boolean;
  readonly marker?: boolean;
  readonly triggers?: boolean;
  readonly stamp?: boolean;
  readonly keepOwn?: boolean;
  readonly dryRun?: boolean;
  readonly verbose?: boolean;
}

export function addPairAdd(pair: Command, run: Runner): void {
  pair
    .command('add')
    .summary('keep two databases in step')
    .description(
      'Looks at both databases, shows what the first sync would do and what would be created, and asks. Nothing is created or saved before you say yes, and no record is written before the first sync. Where nobody can be asked (no terminal, --no-input, --json) the pair is saved without a question: what is missing is created only with --create, a marker only with --marker, triggers only with --triggers; --dry-run only looks.',
    )
    .usage('[options] <name> <a> <b>')
    .argument('<name>', 'what the pair shall be called')
    .argument(
      '[a]',
      'this side: a path that ends in .db, .sqlite or .sqlite3, sqlite:PATH, or mongodb://HOST/DATABASE (also mongodb+srv://…)',
    )
    .argument('[b]', 'the other side')
    .option('--a <url>', 'this side, if it is not named after the pair')
    .option('--b <url>', 'the other side, if it is not named after the pair')
    .option('--name-a <name>', 'what to call side A (default: This computer)')
    .option('--name-b <name>', 'what to call side B (default: Remote)')
    .option('--collections <names...>', 'only these collections (default: all that both sides have)')
    .addOption(
      new Option('--direction <way>', 'the way records travel: both, a-to-b or b-to-a').argParser(
        oneOf(directions, 'direction'),
      ),
    )
    .option(
      '--direction-of <table=way...>',
      'a way of their own for single tables or collections, for example suppliers=b-to-a',
    )
    .option('--create', 'create what is missing on one side with the exact schema of the other')
    .option(
      '--key <table=fields...>',
      'SQLite: key fields of a table whose schema names none, for example log=day,number',
    )
    .option(
      '--unique <table=fields...>',
      'fields of which each value may stand once, although no index says so, for example admins=username',
    )
    .option('--expiry', EXPIRY)
    .option(
      '--marker',
      'keep a small table (MongoDB: collection) in both databases that tells a restored copy from the live one',
    )
    .option('--no-marker', 'keep no such table')
    .option(
      '--triggers',
      'SQLite: keep triggers on the tables, and two small tables, that note which records change, so that a sync need not look at all of them',
    )
    .option(
      '--stamp',
      'MongoDB: keep syncedAt, syncStatus and origin in the documents of this computer, and reports in its database',
    )
    .option('--keep-own', KEEP_OWN)
    .option('--dry-run', 'only look; save nothing')
    .option('--verbose', 'also show what is created word for word (SQLite: the SQL)')
    .action((name: string, a: string | undefined, b: string | undefined, options: Options) =>
      run('pair add', (cli) => pairAdd(cli, pairName(name), withAddresses(name, [a, b], options))),
    );
}

type Given = Options & { readonly a: string; readonly b: string };

/** `pair add NAME A B` and `pair add NAME --a A --b B` mean the same. */
function withAddresses(name: string, [first, second]: readonly (string | undefined)[], options: Options): Given {
  const forms = `tandem pair add ${name} HERE.db THERE.db, or tandem pair add ${name} mongodb://HERE/DATABASE mongodb://THERE/DATABASE`;
  if ((first !== undefined && options.a !== undefined) || (second !== undefined && options.b !== undefined))
    throw usage(
      'Reading the command failed: a side is named twice, after the pair and with --a or --b.',
      `For example: ${forms}`,
    );
  const [a, b] = [options.a ?? first, options.b ?? second];
  if (a === undefined || b === undefined)
    throw usage(
      `Reading the command failed: ${a === undefined && b === undefined ? 'both databases are' : 'one of the two databases is'} missing.`,
      `For example: ${forms}`,
    );
  return { ...options, a, b };
}

function requestFrom(name: string, options: Given): WireAddRequest {
  const {
    a,
    b,
    nameA,
    nameB,
    collections,
    direction,
    directionOf,
    create,
    key,
    unique,
    expiry,
    marker,
    triggers,
    stamp,
    keepOwn,
  } = options;
  const kept = keptIn({ marker, triggers, stamp });
  const keys = fieldsByTable(key, '--key');
  const uniqueFields = fieldsByTable(unique, '--unique');
  const ways = waysByTable(directionOf);
  return {
    name,
    a: absoluteAddress(a, process.cwd()),
    b: absoluteAddress(b, process.cwd()),
    ...(nameA === undefined ? {} : { nameA }),
    ...(nameB === undefined ? {} : { nameB }),
    ...(collections === undefined ? {} : { collections: nameList(collections) }),
    ...(direction === undefined ? {} : { direction }),
    ...(ways === null ? {} : { directions: ways }),
    ...(create === undefined ? {} : { create }),
    ...(keys === null ? {} : { keys }),
    ...(uniqueFields === null ? {} : { uniqueFields }),
    ...(expiry === undefined ? {} : { expiry }),
    ...(keepOwn === undefined ? {} : { keepOwn }),
    ...(Object.keys(kept).length === 0 ? {} : { options: kept }),
  };
}

/** `table=field,field` as often as it was given; `null`: never. */
function fieldsByTable(texts: readonly string[] | undefined, option: string): Record<string, string[]> | null {
  if (texts === undefined) return null;
  const found = texts.map((text) => {
    const [table, fields] = assignment(text, option);
    return [table, nameList([fields])] as const;
  });
  return Object.fromEntries(found);
}

/** `table=way` as often as it was given; `null`: never. */
function waysByTable(texts: readonly string[] | undefined): WireAddRequest['directions'] | null {
  if (texts === undefined) return null;
  const way = oneOf(directions, 'direction');
  return Object.fromEntries(
    texts.map((text) => {
      const [table, given] = assignment(text, '--direction-of');
      return [table, way(given)] as const;
    }),
  );
}

/** What the person said about what Tandem may keep in the databases. */
export const keptIn = ({
  marker,
  triggers,
  stamp,
}: {
  readonly marker?: boolean | undefined;
  readonly triggers?: boolean | undefined;
  readonly stamp?: boolean | undefined;
}) => ({
  ...(marker === undefined ? {} : { marker }),
  ...(triggers === undefined ? {} : { triggers }),
  ...(stamp === undefined ? {} : { stamp }),
});

async function pairAdd(cli: Cli, name: string, options: Given): Promise<ExitCode> {
  const request = requestFrom(name, options);
  const { verbose = false } = options;
  if (options.dryRun) {
    // What is missing is looked at as if it were created, as it is where a person can be asked.
    const report = await lookFirst(cli, { ...request, create: true });
    const lacks = report.made.length + report.create.length > 0 && request.create !== true;
    cli.answer(report, () => [
      ...reportLines(cli, report, verbose),
      '',
      'Nothing was saved; this was only a look.',
      ...(lacks ? ['What is missing is created after you agree; where nobody can be asked, with --create.'] : []),
    ]);
    return exitCodes.ok;
  }
  if (cli.canAsk && !cli.options.yes) return asked(cli, request, verbose);
  const report = await withProgress(cli, [name], () => cli.call('pairs.add', request));
  cli.answer(report, () => [...reportLines(cli, report, verbose), ...unaskedLines(cli), ...addedLines(cli, report)]);
  return exitCodes.ok;
}

const lookFirst = (cli: Cli, request: WireAddRequest): Promise<WireAddReport> =>
  withProgress(cli, [request.name], () => cli.call('pairs.add', { ...request, dryRun: true }));

/** Shows everything, asks, and only then creates and saves: whatever is no clear yes leaves nothing behind. */
async function asked(cli: Cli, wanted: WireAddRequest, verbose: boolean): Promise<ExitCode> {
  const look = await lookFirst(cli, { ...wanted, create: true });
  cli.terminal.out(reportLines(cli, look, verbose));
  const request = await agreedTo(cli, wanted, look);
  if (request === null) {
    cli.terminal.out(['The pair was not added. Nothing was created, and both databases are as they were.']);
    return exitCodes.ok;
  }
  const report = await withProgress(cli, [wanted.name], () => cli.finish('pairs.add', { ...request, count: false }));
  cli.terminal.out([
    '',
    ...createLines(report.create, { labels: labelsOf(report.pair), style: cli.style, done: true, verbose }),
    ...report.notes.map((note) => safeText(cli.runnable(note), 500)),
    ...addedLines(cli, report).slice(1),
  ]);
  return exitCodes.ok;
}

/** The request as the person agreed to it; `null` for no, an interruption, and the end of the input. */
async function agreedTo(cli: Cli, wanted: WireAddRequest, look: WireAddReport): Promise<WireAddRequest | null> {
  try {
    const request = { ...wanted, ...(look.create.length > 0 ? { create: true } : {}) };
    const asking = look.findings.filter(({ asks }) => asks);
    if (asking.length > 0 && !wanted.expiry) {
      cli.terminal.out(['', ...findingLines(asking, cli.style).slice(1)]);
      if (!(await cli.agrees('Shall what expires on one side be deleted on the other side, too?'))) return null;
      request.expiry = true;
    }
    if (look.findings.some(({ keepsOwn }) => keepsOwn) && !wanted.keepOwn) {
      cli.terminal.out(['']);
      if (!(await cli.agrees(KEEP_OWN_QUESTION))) return null;
      request.keepOwn = true;
    }
    if (wanted.options?.marker === undefined) {
      cli.terminal.out(markerQuestion(look.pair));
      request.options = { ...wanted.options, marker: await cli.agrees('Keep the marker?') };
    }
    cli.terminal.out(['']);
    const what = look.create.length > 0 ? 'Create what is missing, and add' : 'Add';
    return (await cli.agrees(`${what} ${wanted.name} as a pair? Records move with the first sync, not now.`))
      ? request
      : null;
  } catch (cause) {
    if (cli.signal.aborted) return null;
    throw cause;
  }
}

function reportLines(cli: Cli, report: Result<'pairs.add'>, verbose: boolean): string[] {
  const { style } = cli;
  const labels = labelsOf(report.pair);
  const parts = [
    madeLines(report, style),
    findingLines(report.findings, style),
    createLines(report.create, { labels, style, done: report.added, verbose }),
    report.preview === null ? [] : previewLines(report.preview, labels, style),
    report.preview === null ? [] : firstSyncLines(report.preview, report.pair),
    captureLines(report.capture, labels),
    report.notes.map((note) => safeText(cli.runnable(note), 500)),
    report.pair.options.marker ? [markerKept(report.pair)] : [],
    report.pair.options.triggers ? [TRIGGERS_KEPT] : [],
    report.pair.options.stamp ? stampLines(labels) : [],
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
