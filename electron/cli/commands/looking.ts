import type { Command } from 'commander';
import type { WirePair } from '../../../shared/contract/pair-shapes.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import type { Cli, Runner } from '../cli.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { choosePair, choosePairs, collectionIn, recordKey, takePair } from '../pair-choice.ts';
import { withProgress } from '../progress.ts';
import { keyRefOf } from '../text/key-word.ts';
import { labelsOf } from '../text/labels.ts';
import { receiptLines, timelineLines } from '../text/look-text.ts';
import { safeText } from '../text/safe-text.ts';

export function addCompare(program: Command, run: Runner): void {
  program
    .command('compare')
    .summary('compare everything, and keep a receipt')
    .description(
      'Compares every record of both sides, looks again at differences, and keeps a dated receipt; status shows the last one. Exit 8 if the sides differ.',
    )
    .argument('[pair]', 'the pair; may be left out if there is only one')
    .action((pair?: string) => run('compare', (cli) => compare(cli, pair)));
}

async function compare(cli: Cli, name: string | undefined): Promise<ExitCode> {
  const pair = await choosePair(cli, name);
  const receipt = await withProgress(cli, [pair.name], () => cli.call('receipts.compare', { pair: pair.name }));
  cli.answer(receipt, () => [
    ...receiptLines(receipt, labelsOf(pair), cli.style, cli.now),
    `This receipt is kept with the pair; the last one stands in: ${cli.style.bold(cli.command('status', pair.name))}`,
  ]);
  return receipt.equal ? exitCodes.ok : exitCodes.verification;
}

export function addTimeline(program: Command, run: Runner): void {
  program
    .command('timeline')
    .summary('why one record holds what it holds')
    .description('Everything that Tandem did to one record, oldest first.')
    .usage('[pair] <collection> <key>')
    .argument('<words...>', 'pair (may be left out if there is only one), collection, key')
    .action((words: readonly string[]) => run('timeline', (cli) => timeline(cli, words)));
}

async function timeline(cli: Cli, words: readonly string[]): Promise<ExitCode> {
  const { pair, rest } = await takePair(cli, words, 2, 'a collection and a key');
  const [collection = '', key = ''] = rest;
  const entries = await cli.call('records.timeline', {
    pair: pair.name,
    collection,
    key: recordKey(pair, collection, key),
  });
  cli.answer(entries, () => timelineLines(entries, labelsOf(pair), cli.style, cli.now));
  return exitCodes.ok;
}

export function addHint(program: Command, run: Runner): void {
  program
    .command('hint')
    .summary('say that records may have changed')
    .description(
      'Says that these records, a whole collection, or the whole pair may have changed; whoever watches looks within a second.',
    )
    .usage('[pair] [collection] [keys...]')
    .argument('[words...]', 'pair (may be left out if there is only one), collection, keys')
    .action((words: readonly string[]) => run('hint', (cli) => hint(cli, words)));
}

async function hint(cli: Cli, words: readonly string[]): Promise<ExitCode> {
  const { pair, rest } = await hinted(cli, words);
  const [collection, ...keys] = rest;
  const chosen = collection === undefined ? pair.collections : [collectionIn(pair, collection)];
  for (const { name, key } of chosen) {
    await cli.call('hint.send', {
      pair: pair.name,
      collection: name,
      ...(keys.length === 0 ? {} : { keys: keys.map((each) => keyRefOf(each, key.length)) }),
    });
  }
  const what = keys.length > 0 ? countText(keys.length, 'record') : countText(chosen.length, 'collection');
  cli.answer({ ok: true, pair: pair.name, collections: chosen.map(({ name }) => name), keys: keys.length }, () => [
    `Noted for ${safeText(pair.name)}: ${what} may have changed.`,
  ]);
  return exitCodes.ok;
}

/** The first word is a pair if there is one of this name, else a collection of the only pair. */
async function hinted(cli: Cli, words: readonly string[]): Promise<{ pair: WirePair; rest: readonly string[] }> {
  const [first, ...more] = words;
  const pairs = await choosePairs(cli, []);
  const named = pairs.find(({ name }) => name === first);
  if (named) return { pair: named, rest: more };
  if (first !== undefined && pairs.length > 1) return { pair: await choosePair(cli, first), rest: more };
  return { pair: await choosePair(cli, undefined), rest: words };
}
