import type { WireIncludeReport, WireIncludeRequest } from '../../../shared/contract/pair-shapes.ts';
import { usage, type Cli } from '../cli.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { nameList } from '../parse/keys.ts';
import { assignment } from '../parse/values.ts';
import { withProgress } from '../progress.ts';
import { includeLines } from '../text/include-text.ts';
import { safeText } from '../text/safe-text.ts';
import { namesText } from '../text/words.ts';

export interface IncludeOptions {
  readonly add?: readonly string[];
  readonly leaveOut?: readonly string[];
  /** True: of all collections. */
  readonly addIndexes?: readonly string[] | true;
  readonly key?: readonly string[];
  readonly expiry?: boolean;
  readonly keepOwn?: boolean;
  readonly dryRun?: boolean;
  readonly verbose?: boolean;
}

/** `pair edit NAME --add … --leave-out … --add-indexes …`: shows what it comes to, asks, and only then creates and saves. */
export async function pairInclude(cli: Cli, pair: string, options: IncludeOptions): Promise<ExitCode> {
  const request = requestFrom(pair, options);
  const { verbose = false, dryRun = false } = options;
  if (dryRun || (cli.canAsk && !cli.options.yes)) {
    const look = await looked(cli, request);
    const lines = [...includeLines(look, cli.style, verbose), ...nothingLines(look, options)];
    if (dryRun) {
      const { expiry: _expiry, ...report } = look;
      cli.answer(report, () => [...lines, 'Nothing was saved; this was only a look.']);
      return exitCodes.ok;
    }
    cli.terminal.out(lines);
    if (!changes(look)) return exitCodes.ok;
    if (asksFirst(look) && !(await cli.agrees(questionFor(look)))) {
      cli.terminal.out(['The pair stays as it was. Nothing was created.']);
      return exitCodes.ok;
    }
    // The person saw what has to be agreed to, and said yes to all of it.
    const agreed = {
      ...(look.expiry || look.findings.some(({ asks, collection }) => asks && look.added.includes(collection))
        ? { expiry: true }
        : {}),
      ...(look.findings.some(({ keepsOwn }) => keepsOwn) ? { keepOwn: true } : {}),
    };
    const report = await cli.finish('pairs.include', { ...request, ...agreed });
    cli.terminal.out(['', ...doneLines(cli, report)]);
    return exitCodes.ok;
  }
  const report = await withProgress(cli, [pair], () => cli.call('pairs.include', request));
  cli.answer(report, () => [
    ...includeLines(report, cli.style, verbose),
    ...nothingLines(report, options),
    ...doneLines(cli, report),
  ]);
  return exitCodes.ok;
}

/** Where an index that deletes records by itself could be made, it is shown with what that means: the question is about it, too. */
async function looked(
  cli: Cli,
  request: WireIncludeRequest,
): Promise<WireIncludeReport & { readonly expiry: boolean }> {
  const look = (more: Pick<WireIncludeRequest, 'expiry'>): Promise<WireIncludeReport> =>
    withProgress(cli, [request.pair], () => cli.call('pairs.include', { ...request, ...more, dryRun: true }));
  const found = await look({});
  const isAsked = cli.canAsk && request.indexes !== undefined && found.findings.some(({ asks }) => asks);
  return isAsked ? { ...(await look({ expiry: true })), expiry: true } : { ...found, expiry: false };
}

function requestFrom(
  pair: string,
  { add, leaveOut, addIndexes, key = [], expiry, keepOwn }: IncludeOptions,
): WireIncludeRequest {
  const names = add === undefined ? undefined : nameList(add);
  if (key.length > 0 && names === undefined)
    throw usage('Reading the command failed: --key is for a table that --add names.', 'Add --add TABLE.');
  const keys = key.map((text) => {
    const [table, fields] = assignment(text, '--key');
    return [table, nameList([fields])] as const;
  });
  return {
    pair,
    ...(names === undefined ? {} : { add: names.length === 1 && names[0] === 'all' ? 'all' : names }),
    ...(leaveOut === undefined ? {} : { leaveOut: nameList(leaveOut) }),
    ...(addIndexes === undefined ? {} : { indexes: addIndexes === true ? 'all' : nameList(addIndexes) }),
    ...(expiry === undefined ? {} : { expiry }),
    ...(keepOwn === undefined ? {} : { keepOwn }),
    ...(keys.length === 0 ? {} : { keys: Object.fromEntries(keys) }),
  };
}

const changes = ({ added, removed, dismissed, indexes }: WireIncludeReport): boolean =>
  added.length + removed.length + dismissed.length + indexes.length > 0;

/** Not to mention something any more changes nothing that matters. */
const asksFirst = ({ added, removed, indexes }: WireIncludeReport): boolean =>
  added.length + removed.length + indexes.length > 0;

function questionFor({ pair, added, removed, create }: WireIncludeReport): string {
  const what = [
    ...(create.length > 0 ? ['create what is missing'] : []),
    ...(added.length > 0 ? [`take in ${namesText(added)}`] : []),
    ...(removed.length > 0 ? [`leave out ${namesText(removed)}`] : []),
  ].join(', and ');
  const moves = added.length + removed.length > 0 ? ' Records move with the next sync, not now.' : '';
  return `Change ${pair.name}: ${what}?${moves}`;
}

function nothingLines(report: WireIncludeReport, { add, addIndexes }: IncludeOptions): string[] {
  if (changes(report)) return [];
  if (addIndexes !== undefined && add === undefined)
    return [
      report.findings.length > 0 ? 'No index was made.' : 'There is nothing to make: no index is on one side only.',
    ];
  return ['There is nothing to take in: all that can be kept in step is part of the pair, or was left out.'];
}

function doneLines(cli: Cli, { pair, added }: WireIncludeReport): string[] {
  if (added.length === 0) return [];
  return [
    `Taken into ${cli.style.bold(safeText(pair.name))}: ${namesText(added)}. The values move with the next sync.`,
    `See every change first: ${cli.style.bold(cli.command('plan', pair.name))}`,
    `Or sync now: ${cli.style.bold(cli.command('sync', pair.name))}`,
  ];
}
