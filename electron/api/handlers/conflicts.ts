import { append } from '../../../shared/lib/append.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { Params, Result } from '../../../shared/contract/calls.ts';
import type { GivenValue } from '../../../shared/contract/conflict-shapes.ts';
import type { ResolveReport } from '../../engine/reports/decision.ts';
import type { ConflictItem } from '../../engine/reports/waiting.ts';
import type { ConflictFilter, ResolveRequest } from '../../engine/requests.ts';
import { bsonType } from '../../engine/port/bson-type.ts';
import { BsonValue, classOf, type Value } from '../../engine/port/value.ts';
import { fieldOf, type State } from '../../engine/port/record.ts';
import type { CallContext, Handlers } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import type { WireRecord } from '../../../shared/model/ejson.ts';
import type { OpenPair } from '../host/pair-pool.ts';
import { wireConflict, wireRecords } from '../mapping/conflicts.ts';
import { wireKeyOf } from '../mapping/key-text.ts';
import { fitting, ONE_RECORD_BYTES } from '../mapping/shortened.ts';
import { numberClassOf, typedLike } from '../mapping/typed-bson.ts';
import { isNumber, numberIn } from '../mapping/typed-number.ts';
import { given, momentOf, recordValuesOf, valueOf, wireStatesOf } from '../mapping/values.ts';
import { findIn, notThere, pairNames } from './common.ts';
import { tellRun } from './tell.ts';

type ConflictCalls = Pick<
  Handlers,
  'conflicts.list' | 'conflicts.show' | 'conflicts.resolve' | 'conflicts.autoResolve'
>;

export function conflictHandlers(host: Host): ConflictCalls {
  return {
    async 'conflicts.list'({ pair, limit = 100_000, ...filter }) {
      const lists = await Promise.all(
        pairNames(host, pair).map((name) =>
          host.pool.use(name, 'state', ({ engine }) => engine.conflicts({ ...given(filter), limit })),
        ),
      );
      const found = lists.flat().toSorted((a, b) => a.id - b.id);
      return fitting(found.slice(0, limit), wireConflict);
    },
    async 'conflicts.show'({ pair, id }) {
      return wireConflict((await findConflict(host, pair, id)).found, ONE_RECORD_BYTES);
    },
    'conflicts.resolve': (params, context) => resolve(host, params, context),
    'conflicts.autoResolve': (params, context) => autoResolve(host, params, context),
  };
}

function findConflict(
  host: Host,
  pair: string | undefined,
  id: number,
): Promise<{ readonly pair: string; readonly found: ConflictItem }> {
  const find = async ({ engine }: OpenPair): Promise<ConflictItem | null> =>
    (await engine.conflicts({ id, all: true }))[0] ?? null;
  return findIn(host, pair, find, () => notThere(`conflict ${id}`, '`tandem conflicts --all` lists them.'));
}

type ResolveParams = Params<'conflicts.resolve'>;

async function resolve(host: Host, params: ResolveParams, { who }: CallContext): Promise<Result<'conflicts.resolve'>> {
  const meant = await meantBy(host, params);
  const limit = params.where?.limit ?? Infinity;
  const answer: Result<'conflicts.resolve'> = {
    byItself: [],
    wrote: [],
    follows: [],
    runs: [],
    resolved: [],
    failed: [],
    preview: [],
    notFound: meant.notFound,
    resolvedBy: who,
    resolvedAt: momentOf(host.ports.clock.now()),
    dryRun: params.dryRun ?? false,
  };
  for (const [name, filter] of meant.pairs) {
    const left = limit - answer.resolved.length - answer.failed.length;
    if (left <= 0) break;
    const where = left === Infinity ? filter : { ...filter, limit: left };
    const work = host.pool.use(name, 'sides', async (open) => {
      const report = await open.engine.resolve(await requestFor(open, params, who, where));
      collect(answer, name, report);
      const run = report.run > 0 ? await open.engine.run(report.run) : null;
      if (run) await tellRun(host, open, run);
    });
    await (meant.pairs.size > 1 && filter.ids ? refusedAs(answer, name, filter.ids, work) : work);
  }
  return answer;
}

/** What one pair decided stands in the answer, also where another one is stopped or its side is away. */
async function refusedAs(
  answer: Result<'conflicts.resolve'>,
  pair: string,
  ids: readonly number[],
  work: Promise<void>,
): Promise<void> {
  try {
    await work;
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    const { code, message: text } = cause;
    append(
      answer.failed,
      ids.map((id) => ({ pair, id, code, text })),
    );
  }
}

interface Meant {
  /** What is meant in each pair that has any of it; no other pair is opened. */
  readonly pairs: ReadonlyMap<string, ConflictFilter>;
  /** Numbers that were named, and are those of no conflict. */
  readonly notFound: number[];
}

async function meantBy(host: Host, { id, where, chosen, generation }: ResolveParams): Promise<Meant> {
  if ([id, where, chosen].filter((each) => each !== undefined).length !== 1)
    throw usage('name conflicts by their numbers, or a filter with --where');
  if (chosen !== undefined && generation !== undefined)
    throw usage('of several conflicts each has a generation of its own');
  if (chosen !== undefined) return chosenIn(host, chosen);
  const pairs = new Map<string, ConflictFilter>();
  if (id !== undefined) pairs.set((await findConflict(host, undefined, id)).pair, { id });
  else
    for (const name of await withOpen(host, where ?? {}))
      pairs.set(name, given({ collection: where?.collection, kind: where?.kind }));
  return { pairs, notFound: [] };
}

/** The numbers of conflicts are of the home; looked up in the state, so that no pair is opened for it. */
async function chosenIn(host: Host, chosen: NonNullable<ResolveParams['chosen']>): Promise<Meant> {
  const left = new Set(chosen.map(({ id }) => id));
  const pairs = new Map<string, ConflictFilter>();
  const rows = new Map((await host.store.listPairs()).map(({ name, id }) => [name, id]));
  for (const name of pairNames(host, undefined)) {
    const pair = rows.get(name);
    if (pair === undefined || left.size === 0) continue;
    const ids = await host.store.itemIds(pair, [...left]);
    if (ids.length > 0) pairs.set(name, { ids });
    for (const id of ids) left.delete(id);
  }
  return { pairs, notFound: [...left] };
}

/** Pairs in which a conflict that is meant waits; no other one is opened. */
async function withOpen(
  host: Host,
  { pair, collection, kind }: NonNullable<ResolveParams['where']>,
): Promise<string[]> {
  const names: string[] = [];
  for (const name of pairNames(host, pair)) {
    const filter = { ...given({ collection, kind }), limit: 1 };
    const found = await host.pool.use(name, 'state', ({ engine }) => engine.conflicts(filter));
    if (found.length > 0) names.push(name);
  }
  return names;
}

function collect(answer: Result<'conflicts.resolve'>, pair: string, report: ResolveReport): void {
  if (report.run > 0) answer.runs.push({ pair, run: report.run });
  const { wrote, follows, byItself } = wireRecords(pair, report);
  append(answer.byItself, byItself);
  append(answer.wrote, wrote);
  append(answer.follows, follows);
  append(
    answer.resolved,
    report.resolved.map((item) => ({ pair, ...item })),
  );
  append(
    answer.failed,
    report.failed.map((item) => ({ pair, ...item })),
  );
  answer.preview.push(
    ...fitting(report.preview, ({ id, collection, key, a, b }, most) => {
      const [here = null, there = null] = wireStatesOf([a, b], [], most);
      return { pair, id, collection, key: wireKeyOf(key), a: here, b: there };
    }),
  );
}

async function requestFor(
  open: OpenPair,
  params: ResolveParams,
  who: string,
  where: ConflictFilter,
): Promise<ResolveRequest> {
  const { chosen, strategy, value, record, fields, generation, notes, dryRun } = params;
  const typed = await typing(open, where);
  const one = value && typed.value(value);
  return {
    where,
    strategy,
    who,
    ...given({
      generation,
      notes,
      dryRun,
      generations: chosen && generationsOf(chosen),
      value: record ? typed.record(record) : one,
      fields: fields && new Map(fields.map(([name, each]) => [name, typed.field(name, each)])),
    }),
  };
}

const generationsOf = (chosen: NonNullable<ResolveParams['chosen']>): ReadonlyMap<number, number> =>
  new Map(chosen.flatMap((each) => (each.generation === undefined ? [] : [[each.id, each.generation]])));

interface Typing {
  value(text: GivenValue): Value;
  field(name: string, text: GivenValue): Value;
  record(wire: WireRecord): ReadonlyMap<string, Value>;
}

/** Gives a typed text, and the numbers of a record, the class that the field has in the conflicts they are meant for. */
async function typing({ engine, entry }: OpenPair, filter: ConflictFilter): Promise<Typing> {
  const items = await engine.conflicts({ ...filter, limit: 50, ...(filter.id === undefined ? {} : { all: true }) });
  const ofDocuments = items.some(({ collection }) => entry.collections[collection]?.anyField === true);
  const states: readonly State[] = items.flatMap(({ base, local, remote }) => [local, remote, base]);
  const others = (name: string): (Value | undefined)[] => states.map((state) => fieldOf(state, name));
  const field = (name: string, from: GivenValue): Value =>
    'value' in from ? valueOf(from.value) : likeOthers(from.typed, others(name), ofDocuments);
  return {
    field,
    value: (from) => ('value' in from ? valueOf(from.value) : field(items[0]?.fields[0] ?? '', from)),
    // A document can hold any number beside any other.
    record: (wire) =>
      new Map(
        [...recordValuesOf(wire)].map(([name, value]) => [
          name,
          ofDocuments ? value : numberLike(asColumn(value), others(name)),
        ]),
      ),
  };
}

const classesOf = (others: readonly (Value | undefined)[]): ReadonlySet<string> =>
  new Set(
    others
      .filter((value) => value !== undefined && value !== null)
      .map((value) => (value instanceof BsonValue ? numberClassOf(value) : null) ?? classOf(value as Value)),
  );

/**
 * NULL is typed as NULL, where that can be no text; numbers where the field holds numbers, whole ones exactly, and nothing
 * but numbers there; of bytes nothing is typed. A field of lists, documents or other types of which no value is a text
 * takes a text only in quotes.
 */
export function likeOthers(text: string, others: readonly (Value | undefined)[], ofDocuments = false): Value {
  const classes = classesOf(others);
  if (/^null$/i.test(text)) {
    if (!classes.has('text')) return null;
    throw usage(
      `“${text}” could be a text or no value at all`,
      'For no value: --null FIELD. For the text, within a record: --value \'{"FIELD":"null"}\'',
    );
  }
  const bson = others.filter((value) => value instanceof BsonValue);
  const typed = ofDocuments || bson.length > 0 ? typedLike(text, bson) : undefined;
  if (typed !== undefined) return typed;
  if (classes.has('integer') && isNumber(text) && /^-?\d+$/.test(text)) return integerFrom(text);
  const number = numberIn(text);
  // What a document does not have yet has no type to go by.
  if (ofDocuments && number !== null && others.every((value) => value === undefined))
    return /^-?\d+$/.test(text) ? integerFrom(text) : number;
  if (number !== null && (classes.has('real') || classes.has('integer')))
    return classes.has('real') ? number : asWhole(number);
  if (classes.size > 0 && [...classes].every((one) => one === 'integer' || one === 'real'))
    throw usage(
      `“${text}” is no number, and what stands there now is one`,
      'Give a number. For a text all the same, within a record: --value \'{"FIELD":"…"}\'',
    );
  if (classes.size === 1 && classes.has('blob'))
    throw usage(
      `“${text}” is a text, and what stands there now is bytes`,
      'Give bytes: \'{"$binary":{"base64":"…","subType":"00"}}\'. For a text all the same, within a record: --value \'{"FIELD":"…"}\'',
    );
  if (classes.size > 0 && !classes.has('text'))
    throw usage(
      `“${text}” is a text, and what stands there now is none`,
      'Give a value of its type: a list or document in JSON, a date like 2026-01-31T12:00:00Z, true or false, or Extended JSON. For a text all the same, in quotes: --field \'FIELD="…"\'',
    );
  return text;
}

/** Columns hold true and false as numbers. */
const asColumn = (value: Value): Value =>
  value instanceof BsonValue && value.type === bsonType.boolean ? BigInt(value.bytes[0] ?? 0) : value;

/** A number as `likeOthers` reads it where the field holds numbers of one class; any other value as it is. */
export function numberLike(value: Value, others: readonly (Value | undefined)[]): Value {
  const classes = classesOf(others);
  if (typeof value === 'number' && classes.has('integer') && !classes.has('real')) return asWhole(value);
  return typeof value === 'bigint' && classes.has('real') && !classes.has('integer') ? Number(value) : value;
}

/** As a field of whole numbers stores it: `1e3` is 1000. */
const asWhole = (number: number): Value =>
  Number.isInteger(number) && BigInt.asIntN(64, BigInt(number)) === BigInt(number) ? BigInt(number) : number;

function integerFrom(text: string): bigint {
  const value = BigInt(text);
  if (BigInt.asIntN(64, value) === value) return value;
  throw usage(
    `${text} is a whole number that no INTEGER can hold`,
    'The largest one is 9223372036854775807, the smallest -9223372036854775808.',
  );
}

async function autoResolve(
  host: Host,
  { pair, max = 10, dryRun = false }: Params<'conflicts.autoResolve'>,
  { who }: CallContext,
): Promise<Result<'conflicts.autoResolve'>> {
  const answer: Result<'conflicts.autoResolve'> = {
    runs: [],
    resolved: [],
    skipped: [],
    failed: [],
    byItself: [],
    wrote: [],
    follows: [],
    notLookedAt: 0,
    dryRun,
  };
  for (const name of await withOpen(host, given({ pair }))) {
    const decided = answer.resolved.filter(({ strategy }) => strategy !== null).length;
    const left = max - decided - answer.failed.length;
    if (left <= 0) {
      answer.notLookedAt += await host.pool.use(
        name,
        'state',
        async ({ engine }) => (await engine.status()).conflicts.open,
      );
      continue;
    }
    await host.pool.use(name, 'sides', async (open) => {
      const report = await open.engine.autoResolve({ max: left, who, dryRun });
      if (report.run > 0) answer.runs.push({ pair: name, run: report.run });
      const { wrote, follows, byItself } = wireRecords(name, report);
      append(answer.byItself, byItself);
      append(answer.wrote, wrote);
      append(answer.follows, follows);
      answer.notLookedAt += report.notLookedAt;
      append(
        answer.resolved,
        report.resolved.map((item) => ({ pair: name, ...item })),
      );
      append(
        answer.skipped,
        report.skipped.map((item) => ({ pair: name, ...item })),
      );
      append(
        answer.failed,
        report.failed.map((item) => ({ pair: name, ...item })),
      );
      const run = report.run > 0 ? await open.engine.run(report.run) : null;
      if (run) await tellRun(host, open, run);
    });
  }
  return answer;
}

function usage(what: string, hint = '`tandem conflicts` lists what waits.'): AppError {
  return new AppError({
    code: 'usage',
    operation: 'conflicts.resolve',
    message: `Resolving failed: ${what}.`,
    next: 'Nothing was done.',
    hint,
  });
}
