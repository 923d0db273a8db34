import type { WirePair } from '../../shared/contract/pair-shapes.ts';
import { AppError } from '../../shared/contract/errors.ts';
import { nearest } from '../../shared/lib/nearest.ts';
import { must } from '../../shared/lib/assert.ts';
import { usage, type Cli } from './cli.ts';
import type { KeyRef } from '../../shared/contract/values.ts';
import { keyRefOf } from './text/key-word.ts';
import { addHint } from './text/pair-text.ts';
import { listText } from './text/words.ts';

/** The pair that was named, or the only one. */
export async function choosePair(cli: Cli, name: string | undefined): Promise<WirePair> {
  const pairs = await cli.call('pairs.list', {});
  if (name !== undefined) return pairs.find((pair) => pair.name === name) ?? fail(unknownPair(name, pairs));
  return ownOrOnly(cli, pairs);
}

/** The pairs that were named, or that of the `.env` here, or all. None at all is an error: there is nothing to work on. */
export async function choosePairs(cli: Cli, names: readonly string[]): Promise<readonly WirePair[]> {
  const pairs = await cli.call('pairs.list', {});
  if (names.length > 0)
    return [...new Set(names)].map(
      (name) => pairs.find((pair) => pair.name === name) ?? fail(unknownPair(name, pairs)),
    );
  if (pairs.length === 0) throw noPair(cli);
  const own = await cli.ownPair();
  if (own === undefined) noteHalfEnv(cli);
  return own === undefined ? pairs : pairs.filter(({ name }) => name === own);
}

/** Whoever stands in a folder with a `.env` may take its pair for the one that is meant. */
function noteHalfEnv(cli: Cli): void {
  const { missingVariables: missing } = cli;
  if (missing.length > 0)
    cli.terminal.say([
      `The .env here makes no pair, for it lacks ${missing.join(' and ')}; this is about the pairs of the home.`,
    ]);
}

/**
 * `[PAIR] REST…`: the first word is the pair if it is the name of one; with a single pair it may be left out.
 * `least` words have to follow.
 */
export async function takePair(
  cli: Cli,
  words: readonly string[],
  least: number,
  form: string,
): Promise<{ readonly pair: WirePair; readonly rest: readonly string[] }> {
  const pairs = await cli.call('pairs.list', {});
  const named = pairs.find(({ name }) => name === words[0]);
  const rest = named && words.length > least ? words.slice(1) : words;
  if (rest.length < least) throw usage(`Reading the command failed: it needs ${form}.`, 'Give what is missing.');
  if (named && rest !== words) return { pair: named, rest };
  if (named && !(await isOfOther(cli, words[0] ?? '', pairs)))
    throw usage(
      `Reading the command failed: after the pair ${named.name} it needs ${form}, and there is only “${words.slice(1).join(' ')}”.`,
      'Give what is missing.',
    );
  if (pairs.length > 1 && words.length > least) throw unknownPair(words[0] ?? '', pairs);
  return { pair: await ownOrOnly(cli, pairs), rest };
}

/** Is the word, which names a pair, also a collection of the pair that is meant without naming it? */
async function isOfOther(cli: Cli, word: string, pairs: readonly WirePair[]): Promise<boolean> {
  const own = await cli.ownPair();
  const meant = pairs.length === 1 ? pairs[0] : pairs.find(({ name }) => name === own);
  return meant?.collections.some(({ name }) => name === word) ?? false;
}

/** The pair of the `.env` here, or else the only one. */
async function ownOrOnly(cli: Cli, pairs: readonly WirePair[]): Promise<WirePair> {
  const own = await cli.ownPair();
  if (own === undefined && pairs.length > 0) noteHalfEnv(cli);
  return pairs.find(({ name }) => name === own) ?? onlyPair(cli, pairs);
}

function onlyPair(cli: Cli, pairs: readonly WirePair[]): WirePair {
  if (pairs.length === 0) throw noPair(cli);
  if (pairs.length > 1)
    throw usage(
      `Choosing the pair failed: there are ${pairs.length}, and none was named.`,
      `Name one of them: ${pairs.map(({ name }) => name).join(', ')}.`,
    );
  return must(pairs[0], 'a pair');
}

/** Refuses a collection that none of these pairs has, and says where it was looked for. */
export function collectionInAny(pairs: readonly WirePair[], name: string): void {
  const [first, second] = pairs;
  if (first && !second) collectionIn(first, name);
  const takesUp = ({ options }: WirePair): boolean => options.newCollections && options.collectionsToSync === null;
  if (pairs.some((pair) => takesUp(pair) || pair.collections.some((each) => each.name === name))) return;
  const near = nearest(name, [...new Set(pairs.flatMap(({ collections }) => collections.map((each) => each.name)))]);
  throw new AppError({
    code: 'not-found',
    operation: 'command line',
    message: `There is no collection “${name}” in any of the pairs ${listText(pairs.map((pair) => pair.name))}.`,
    next: 'Nothing was done.',
    hint: near === undefined ? 'What each pair has: `tandem pair show NAME`' : `Did you mean ${near}?`,
  });
}

/** The collection of the pair; another name is an error that names the nearest. */
export function collectionIn(pair: WirePair, name: string): WirePair['collections'][number] {
  const found = pair.collections.find((collection) => collection.name === name);
  if (found) return found;
  // A pair that takes up what appears does not know it yet; the engine says so if there is none.
  if (pair.options.newCollections && pair.options.collectionsToSync === null)
    return { name, a: name, b: name, key: ['_id'], fields: ['_id'] };
  const names = pair.collections.map((collection) => collection.name);
  const near = nearest(name, names);
  throw new AppError({
    code: 'not-found',
    operation: 'command line',
    message: `There is no collection “${name}” in pair ${pair.name}.`,
    next: 'Nothing was done.',
    hint: near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean ${near}?`,
    subject: { pair: pair.name },
  });
}

/** A record in a collection that the pair has, or had: of what left it, only the history knows how keys look. */
export function recordKey({ collections }: WirePair, name: string, word: string): KeyRef {
  return keyRefOf(word, collections.find((each) => each.name === name)?.key.length ?? ANY_NUMBER);
}

/** It may have commas between fields, or in one. */
const ANY_NUMBER = 2;

function unknownPair(name: string, pairs: readonly WirePair[]): AppError {
  const names = pairs.map((pair) => pair.name);
  const near = nearest(name, names);
  return new AppError({
    code: 'not-found',
    operation: 'command line',
    message: `There is no pair “${name}”.`,
    next: 'Nothing was done.',
    hint:
      near !== undefined
        ? `Did you mean ${near}?`
        : names.length > 0
          ? `There are: ${names.join(', ')}.`
          : addHint('tandem pair add').join('. '),
    subject: { pair: name },
  });
}

function noPair(cli: Cli): AppError {
  const hint = addHint(cli.command('pair', 'add')).join('. ');
  return new AppError({
    code: 'not-configured',
    operation: 'command line',
    message: 'There is no pair yet. A pair is two databases that Tandem keeps in step.',
    next: 'Nothing was done.',
    hint:
      cli.missingVariables.length > 0
        ? `The .env here makes none, for it lacks ${cli.missingVariables.join(' and ')}. Or ${hint.replace('Add', 'add')}`
        : hint,
  });
}

function fail(error: AppError): never {
  throw error;
}
