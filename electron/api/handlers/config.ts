import { parse } from 'yaml';
import type { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';
import type { WireConfigView, WireSetting } from '../../../shared/contract/system-shapes.ts';
import { collectionOptionTable } from '../../../shared/config/collection-options.ts';
import type { ConfigFile } from '../../../shared/config/schema.ts';
import { globalOptionTable } from '../../../shared/config/global-options.ts';
import type { Option, OptionTable } from '../../../shared/config/option.ts';
import { pairOptionTable } from '../../../shared/config/pair-options.ts';
import { takesText } from '../../../shared/config/takes.ts';
import { nearest } from '../../../shared/lib/nearest.ts';
import type { Handlers } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import { pairEntryOf } from '../settings/pair-settings.ts';
import { assertStampable } from '../stamps/assert-stampable.ts';
import { refuseUnagreed } from '../stamps/own-values.ts';
import { refuseReports, syncedNames } from '../stamps/refusals.ts';
import { assertMarkable } from '../pairs/markable.ts';
import { pairNames } from './common.ts';

type ConfigCalls = Pick<Handlers, 'config.get' | 'config.set' | 'config.check'>;
type Json = z.core.util.JSONType;

export function configHandlers(host: Host): ConfigCalls {
  return {
    'config.get': async ({ pair }) => view(host, pair),
    async 'config.set'({ pair, values }) {
      const changes = Object.entries(values).map(([key, value]) => changeFor(host, pair, key, value));
      for (const change of changes) {
        await refuseStamp(host, change);
        await refuseMarker(host, change);
      }
      const file = host.config.update((document) => {
        for (const { path, value } of changes) document.setIn(path, value);
      });
      await reportChanges(host, file, changes);
      return view(host, pair, true);
    },
    async 'config.check'() {
      const problems = host.config.check();
      return {
        path: host.config.path,
        ok: problems.length === 0,
        problems: problems.map((problem) => ({ ...problem })),
      };
    },
  };
}

function view(host: Host, pair: string | undefined, withGlobal = false): WireConfigView {
  const file = host.config.load();
  const settings = [
    ...(pair === undefined || withGlobal ? rows(globalOptionTable, file, 'file', '') : []),
    ...pairNames(host, pair).flatMap((name) => rows(pairOptionTable, file.pairs[name] ?? {}, 'pair', name)),
  ];
  return { path: host.config.path, exists: host.config.exists, settings };
}

function rows(table: OptionTable, values: object, origin: WireSetting['origin'], pair: string): WireSetting[] {
  return Object.entries(table).map(([key, { default: fallback, description, env }]) => {
    const fromEnv = env === undefined ? undefined : process.env[env];
    const set = (values as Record<string, Json | undefined>)[key];
    const value = fromEnv ?? set ?? (fallback as Json);
    return {
      key,
      value,
      default: fallback as Json,
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

/** `key`, or `collections.NAME.key` for a rule of one collection. */
function changeFor(host: Host, pair: string | undefined, key: string, value: Json): Change {
  if (Object.hasOwn(globalOptionTable, key)) return { path: [key], value: checked(globalOptionTable, key, key, value) };
  const [collection, rule] = /^collections\.(.+)\.([^.]+)$/.exec(key)?.slice(1) ?? [];
  const table: OptionTable = rule === undefined ? pairOptionTable : collectionOptionTable;
  const wanted = rule ?? key;
  if (!Object.hasOwn(table, wanted)) throw unknownKey(key, wanted, table);
  const name = onlyPair(host, pair, key);
  if (collection !== undefined) refuseUnknownCollection(host, name, collection, key);
  const path = collection === undefined ? ['pairs', name, wanted] : ['pairs', name, 'collections', collection, wanted];
  return { path, value: checked(table, wanted, key, value) };
}

function refuseUnknownCollection(host: Host, pair: string, collection: string, key: string): void {
  const names = Object.keys(pairEntryOf(host.config.load(), pair).collections);
  if (names.includes(collection)) return;
  const near = nearest(collection, names);
  throw new AppError({
    code: 'not-found',
    operation: 'config.set',
    message: `Setting ${key} failed: there is no collection “${collection}” in pair ${pair}.`,
    next: 'Nothing was changed.',
    hint: near ? `Did you mean ${near}?` : `There are: ${names.join(', ')}.`,
    subject: { pair },
  });
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

/** Takes the value as it is or, as a text from a command line, as what the text means in YAML. */
function checked(table: OptionTable, key: string, shown: string, value: Json): unknown {
  const { schema, default: fallback } = table[key] as Option;
  const candidates = typeof value === 'string' ? [value, meaning(value)] : [value];
  for (const candidate of candidates) {
    const parsed = schema.safeParse(candidate);
    if (parsed.success) return parsed.data;
  }
  throw new AppError({
    code: 'config-invalid',
    operation: 'config.set',
    message: `Setting ${shown} to ${JSON.stringify(value)} failed: it takes ${takesText(schema)}.`,
    next: 'Nothing was changed.',
    hint: `The default is ${JSON.stringify(fallback)}.`,
  });
}

function meaning(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}

function unknownKey(shown: string, key: string, table: OptionTable): AppError {
  const near = nearest(key, [...Object.keys(table), ...Object.keys(globalOptionTable)]);
  return new AppError({
    code: 'config-invalid',
    operation: 'config.set',
    message: `Setting ${shown} failed: the key “${shown}” is not known.`,
    next: 'Nothing was changed.',
    hint: near ? `Did you mean ${near}?` : '`tandem config show` lists every key.',
  });
}
