import type { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';
import type { WireConfigView, WireSetting } from '../../../shared/contract/system-shapes.ts';
import { collectionOptionTable } from '../../../shared/config/collection-options.ts';
import type { ConfigFile, PairEntry } from '../../../shared/config/schema.ts';
import { globalOptionTable } from '../../../shared/config/global-options.ts';
import type { Option, OptionTable } from '../../../shared/config/option.ts';
import { pairOptionTable } from '../../../shared/config/pair-options.ts';
import { nearest } from '../../../shared/lib/nearest.ts';
import type { Handlers } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import { ownDefaults } from '../settings/env-defaults.ts';
import { pairEntryOf, takesUp } from '../settings/pair-settings.ts';
import { mapExample, settingValue } from '../settings/setting-value.ts';
import { assertStampable } from '../stamps/assert-stampable.ts';
import { refuseUnagreed } from '../stamps/own-values.ts';
import { refuseReports, syncedNames } from '../stamps/refusals.ts';
import { fieldName } from '../pairs/include-names.ts';
import { removeTriggers } from '../pairs/edit.ts';
import { assertMarkable } from '../pairs/markable.ts';
import { lookForNew } from '../pairs/take-up.ts';
import { pairNames } from './common.ts';

type ConfigCalls = Pick<Handlers, 'config.get' | 'config.set' | 'config.check'>;
type Json = z.core.util.JSONType;

export function configHandlers(host: Host): ConfigCalls {
  return {
    'config.get': async ({ pair }) => view(host, pair),
    async 'config.set'({ pair, values }) {
      await takeUpNamed(host, pair, Object.keys(values));
      const changes = Object.entries(values).map(([key, value]) => changeFor(host, pair, key, value));
      for (const change of changes) {
        await refuseStamp(host, change);
        await refuseMarker(host, change);
      }
      const file = host.config.update((document) => {
        for (const { path, value } of changes) document.setIn(path, value);
      });
      await removeUnwanted(host, changes);
      await reportChanges(host, file, changes);
      return view(host, pair, true);
    },
    async 'config.check'() {
      const problems = host.config.check();
      const ok = problems.length === 0;
      const told = ok ? host.config.undecided() : problems;
      return { path: host.config.path, ok, problems: told.map((problem) => ({ ...problem })) };
    },
  };
}

function view(host: Host, pair: string | undefined, withGlobal = false): WireConfigView {
  const file = host.config.load();
  const settings = [
    ...(pair === undefined || withGlobal ? rows(globalOptionTable, file, { origin: 'file', pair: '' }) : []),
    ...pairNames(host, pair).flatMap((name) => pairRows(name, pairEntryOf(file, name))),
  ];
  return { path: host.config.path, exists: host.config.exists, settings };
}

/** The settings of a pair, and of its collections the rules that somebody set. */
function pairRows(pair: string, entry: PairEntry): WireSetting[] {
  const own = rows(pairOptionTable, entry, { origin: 'pair', pair, defaults: ownDefaults(entry) });
  const ofCollections = Object.entries(entry.collections).flatMap(([name, rules]) =>
    rows(collectionOptionTable, rules, { origin: 'pair', pair, prefix: `collections.${name}.` }),
  );
  return [...own, ...ofCollections.filter(({ origin }) => origin !== 'default')];
}

interface RowsOf {
  readonly origin: WireSetting['origin'];
  readonly pair: string;
  readonly prefix?: string;
  readonly defaults?: object;
}

function rows(table: OptionTable, values: object, { origin, pair, prefix = '', defaults = {} }: RowsOf): WireSetting[] {
  return Object.entries(table).map(([key, { default: general, description, env }]) => {
    const fallback = ((defaults as Record<string, Json | undefined>)[key] ?? general) as Json;
    const fromEnv = env === undefined ? undefined : process.env[env];
    const set = (values as Record<string, Json | undefined>)[key];
    return {
      key: `${prefix}${key}`,
      value: fromEnv ?? set ?? fallback,
      default: fallback,
      origin: fromEnv !== undefined ? 'env' : set !== undefined ? origin : 'default',
      description,
      pair,
    };
  });
}

/** Switching stamps on here is refused for what `pairs.edit` refuses. */
async function refuseStamp(host: Host, { path, value }: Change): Promise<void> {
  const [, pair, key, more] = path;
  if (path[0] !== 'pairs' || pair === undefined || more !== undefined) return;
  const before = pairEntryOf(host.config.load(), pair);
  const entry = { ...before, [key ?? '']: value };
  if (!entry.stamp) return;
  if (key === 'collectionsToSync') refuseReports(pair, 'config.set', syncedNames(entry));
  if (key !== 'stamp') return;
  const found = await assertStampable(host, { pair, operation: 'config.set', entry });
  const agree = `say so: tandem pair edit ${pair} --stamp --keep-own`;
  // Who sets what is set changes nothing.
  if (!before.stamp) refuseUnagreed({ pair, operation: 'config.set', agree }, found);
}

/** And a marker. */
async function refuseMarker(host: Host, { path: [, pair = '', option], value }: Change): Promise<void> {
  if (option === 'marker' && value === true) await assertMarkable(host, pair, 'config.set');
}

/** What is switched off is taken away; a side that is away keeps it until the pair goes. */
async function removeUnwanted(host: Host, changes: readonly Change[]): Promise<void> {
  for (const {
    path: [, pair = '', option],
    value,
  } of changes)
    if (option === 'triggers' && value === false) await removeTriggers(host, pair);
}

/** A stamping pair shows its settings in the local database. */
async function reportChanges(host: Host, { pairs }: ConfigFile, changes: readonly Change[]): Promise<void> {
  for (const [name, { stamp }] of Object.entries(pairs))
    if (stamp && changes.some(({ path }) => path[0] === 'pairs' && path[1] === name))
      await host.pool.use(name, 'state', (open) => host.reports.write(host, open));
}

interface Change {
  readonly path: readonly string[];
  readonly value: unknown;
}

const RULE = /^collections\.(.+)\.([^.]+)$/;

/** A rule may be set before the first sync: what both sides have is part of a pair that takes it up. */
async function takeUpNamed(host: Host, pair: string | undefined, keys: readonly string[]): Promise<void> {
  const named = keys.flatMap((key) => RULE.exec(key)?.[1] ?? []);
  const [only, second] = named.length === 0 ? [] : pairNames(host, pair);
  if (only === undefined || second !== undefined) return;
  const { collections } = pairEntryOf(host.config.load(), only);
  if (named.every((name) => Object.hasOwn(collections, name))) return;
  try {
    await lookForNew(host, only);
  } catch (cause) {
    // The answer about the collection says what to do.
    if (!(cause instanceof AppError)) throw cause;
  }
}

/** `key`, or `collections.NAME.key` for a rule of one collection. */
function changeFor(host: Host, pair: string | undefined, key: string, value: Json): Change {
  if (Object.hasOwn(globalOptionTable, key))
    return { path: [key], value: checked(globalOptionTable, key, { shown: key, value }) };
  const [collection, rule] = RULE.exec(key)?.slice(1) ?? [];
  const table: OptionTable = rule === undefined ? pairOptionTable : collectionOptionTable;
  const wanted = rule ?? key;
  if (!Object.hasOwn(table, wanted)) throw unknownKey(key, wanted, table, value);
  const name = onlyPair(host, pair, key);
  if (collection !== undefined) refuseUnknownCollection(host, name, collection, key);
  const path = collection === undefined ? ['pairs', name, wanted] : ['pairs', name, 'collections', collection, wanted];
  const entry = pairEntryOf(host.config.load(), name);
  const defaults = collection === undefined ? ownDefaults(entry) : {};
  return { path, value: checked(table, wanted, { shown: key, value, defaults, names: namesIn(entry, collection) }) };
}

/** What a list of this pair or collection may name. */
function namesIn({ collections }: PairEntry, name: string | undefined): readonly string[] {
  if (name === undefined) return Object.keys(collections);
  const { fields = [], key = [] } = collections[name] ?? {};
  return fields.map(fieldName).filter((field) => !key.includes(field));
}

interface Given {
  readonly shown: string;
  readonly value: Json;
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly names?: readonly string[];
}

function checked(table: OptionTable, key: string, { shown, value, defaults = {}, names = [] }: Given): unknown {
  const { schema, default: general } = table[key] as Option;
  return settingValue({ shown, value, schema, fallback: defaults[key] ?? general, names });
}

function refuseUnknownCollection(host: Host, pair: string, collection: string, key: string): void {
  const entry = pairEntryOf(host.config.load(), pair);
  const names = Object.keys(entry.collections);
  if (names.includes(collection)) return;
  const near = nearest(collection, names);
  throw new AppError({
    code: 'not-found',
    operation: 'config.set',
    message: `Setting ${key} failed: there is no collection “${collection}” in pair ${pair}.`,
    next: 'Nothing was changed.',
    hint: near ? `Did you mean ${near}?` : knownHint(names, takesUp(entry)),
    subject: { pair },
  });
}

function knownHint(names: readonly string[], takesNew: boolean): string {
  const there = names.length > 0 ? [`There are: ${names.join(', ')}.`] : [];
  const toCome = takesNew
    ? [
        'What both sides have is taken up by `tandem plan`, what one side lacks by `tandem sync`; its rules can be set then.',
      ]
    : [];
  return [...there, ...toCome].join(' ');
}

function onlyPair(host: Host, pair: string | undefined, key: string): string {
  const names = pairNames(host, pair);
  const [only, second] = names;
  if (only !== undefined && second === undefined) return only;
  throw new AppError({
    code: 'usage',
    operation: 'config.set',
    message: `Setting ${key} failed: it belongs to a pair, and ${names.length === 0 ? 'there is none yet' : `there are ${names.length}`}.`,
    next: 'Nothing was changed.',
    hint: names.length === 0 ? 'Add a pair with `tandem pair add`.' : `Name one with --pair: ${names.join(', ')}.`,
  });
}

function unknownKey(shown: string, key: string, table: OptionTable, value: Json): AppError {
  return new AppError({
    code: 'config-invalid',
    operation: 'config.set',
    message: `Setting ${shown} failed: the key “${shown}” is not known.`,
    next: 'Nothing was changed.',
    hint: hintFor(shown, key, table, value),
  });
}

function hintFor(shown: string, key: string, table: OptionTable, value: Json): string {
  const [all, map = '', field] = /^(.*\bfieldPolicy)\.([^.]+)$/.exec(shown) ?? [];
  if (all !== undefined)
    return `The fields are given as one map: ${mapExample(ofCollection(map), field, typeof value === 'string' ? value : undefined)}`;
  if (table === pairOptionTable && Object.hasOwn(collectionOptionTable, key))
    return `${key} is a rule of one collection: \`tandem config set ${ofCollection(key)}=…\`${key === 'direction' ? '; of the whole pair: `tandem pair edit NAME --direction …`' : ''}`;
  const near = nearest(key, [...Object.keys(table), ...Object.keys(globalOptionTable)]);
  return near ? `Did you mean ${near}?` : '`tandem config show` lists every key.';
}

const ofCollection = (key: string): string => (key.startsWith('collections.') ? key : `collections.NAME.${key}`);
