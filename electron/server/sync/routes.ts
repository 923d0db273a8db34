import { isSync } from '../../../shared/model/words.ts';
import { syncConfigKeys } from '../../../shared/config/pair-options.ts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Params } from '../../../shared/contract/calls.ts';
import type { GivenValue, WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import { AppError, errorCodes, type ErrorCode } from '../../../shared/contract/errors.ts';
import type { WirePair } from '../../../shared/contract/pair-shapes.ts';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import { nearest } from '../../../shared/lib/nearest.ts';
import { isWireValue } from '../../../shared/model/ejson.ts';
import { strategies } from '../../../shared/model/words.ts';
import type { Connection } from '../../api/connect.ts';
import { signalFor } from '../call-routes.ts';
import { requestError } from '../http-errors.ts';
import { configShape, conflictShape, isSettled, networkShape, runShape, statusShape } from './shapes.ts';

export interface SyncParts {
  readonly engine: Pick<Connection, 'call'>;
  readonly ending: AbortSignal;
  /** The pair that is meant where none is named, if there are several. */
  readonly ownPair?: string | undefined;
}

const onPair = { pair: z.string().optional() };
const limit = z.coerce.number().int().positive().max(10_000);
const queries = {
  pair: z.strictObject(onPair),
  conflicts: z.strictObject({
    ...onPair,
    collection: z.string().optional(),
    resolved: z.enum(['true', 'false']).optional(),
  }),
  logs: z.strictObject({ ...onPair, limit: limit.default(20) }),
};
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const bodies = {
  sync: z.strictObject({ collections: z.array(z.string().min(1)).min(1).optional() }),
  resolve: z.strictObject({
    strategy: z.enum(strategies),
    newValue: z.union([scalar, z.record(z.string(), z.json())]).optional(),
    notes: z.string().max(10_000).optional(),
  }),
  config: z.record(z.string(), z.json()),
};

/** The routes of `/api/sync`, about one pair; docs/spec/server.md has their fields. */
export function addSyncRoutes(app: FastifyInstance, parts: SyncParts): void {
  const { engine, ending } = parts;
  const chosen = (query: unknown): Promise<WirePair> => choose(parts, parsed(queries.pair, query).pair);
  const hide = { schema: { hide: true } };

  app.post('/api/sync/sync', hide, async (request, reply) => {
    const { collections } = parsed(bodies.sync, request.body ?? {});
    const { name } = await chosen(request.query);
    const params = { pair: name, ...(collections === undefined ? {} : { collections }) };
    return runShape(await engine.call('runs.start', params, { signal: signalFor(reply, ending) }), collections);
  });

  app.get('/api/sync/status', hide, async ({ query }) => {
    const { name } = await chosen(query);
    const [status] = await engine.call('status.show', { pair: name });
    return status && statusShape(status, await engine.call('network.show', {}));
  });

  app.get('/api/sync/conflicts', hide, async ({ query }) => {
    const { pair, collection, resolved } = parsed(queries.conflicts, query);
    const { name } = await choose(parts, pair);
    const filter = { pair: name, all: resolved !== 'false', ...(collection === undefined ? {} : { collection }) };
    const found = await engine.call('conflicts.list', filter);
    return found.filter((each) => resolved !== 'true' || isSettled(each)).map(conflictShape);
  });

  app.post('/api/sync/conflicts/:id/resolve', hide, async ({ params, query, body }) => {
    const wanted = parsed(bodies.resolve, body ?? {});
    const pair = await chosen(query);
    return resolve(engine, pair, await openConflict(engine, pair, (params as { readonly id: string }).id), wanted);
  });

  app.get('/api/sync/logs', hide, async ({ query }) => {
    const { pair, limit: most } = parsed(queries.logs, query);
    return (await lastSyncs(engine, (await choose(parts, pair)).name, most)).map((run) => runShape(run));
  });

  app.get('/api/sync/network-status', hide, async ({ query }) => {
    const { name } = await chosen(query);
    return networkShape(name, await engine.call('network.show', {}));
  });

  app.get('/api/sync/config', hide, async ({ query }) => configShape(await chosen(query)));

  app.put('/api/sync/config', hide, async ({ query, body }) => {
    const values = parsed(bodies.config, body);
    refuseUnknownKeys(values);
    const { name } = await chosen(query);
    await engine.call('config.set', { pair: name, values });
    return configShape(await engine.call('pairs.show', { pair: name }));
  });
}

function parsed<T extends z.ZodType>(schema: T, given: unknown): z.output<T> {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw requestError(
    `Reading the request failed: ${where === '' ? '' : `${where}: `}${issue?.message ?? 'it is not valid'}.`,
    'Correct what is named and try again.',
  );
}

/** The pair that is named, the one that is meant without a name, or the only one. */
async function choose({ engine, ownPair }: SyncParts, named: string | undefined): Promise<WirePair> {
  const name = named ?? ownPair;
  if (name !== undefined) return engine.call('pairs.show', { pair: name });
  const [only, second, ...more] = await engine.call('pairs.list', {});
  if (only === undefined)
    throw requestError('There is no pair yet.', 'Add one with `tandem pair add`.', 'not-configured');
  if (second === undefined) return only;
  const names = [only, second, ...more].map((pair) => pair.name);
  throw requestError(`Choosing the pair failed: there are ${names.length}.`, `Add ?pair=NAME: ${names.join(', ')}.`);
}

/** Decisions stand in the same history; as many runs are read as it takes. */
async function lastSyncs(engine: SyncParts['engine'], pair: string, most: number): Promise<WireRun[]> {
  for (let asked = most; ; asked *= 2) {
    const runs = await engine.call('runs.list', { pair, limit: Math.min(asked, 100_000) });
    const syncs = runs.filter(isSync);
    if (syncs.length >= most || runs.length < asked) return syncs.slice(0, most);
  }
}

async function openConflict(engine: SyncParts['engine'], pair: WirePair, id: string): Promise<WireConflict> {
  if (!/^\d{1,9}$/.test(id) || Number(id) === 0)
    throw requestError('There is no such conflict.', 'GET /api/sync/conflicts lists them.', 'not-found');
  const found = await engine.call('conflicts.show', { pair: pair.name, id: Number(id) });
  if (!isSettled(found)) return found;
  throw requestError(`Conflict ${id} is already resolved.`, 'GET /api/sync/conflicts shows it.', 'already-resolved');
}

async function resolve(
  engine: SyncParts['engine'],
  pair: WirePair,
  { id, collection }: WireConflict,
  { strategy, newValue, notes }: z.output<typeof bodies.resolve>,
) {
  const key = pair.collections.find(({ name }) => name === collection)?.key ?? [];
  const request = { id, strategy, ...valueOf(newValue, key), ...(notes === undefined ? {} : { notes }) };
  const report = await engine.call('conflicts.resolve', request);
  const [failure] = report.failed;
  if (failure !== undefined) throw refusedBy(failure);
  return {
    success: true,
    message: report.resolved.map(({ text }) => text).join(' '),
    conflict_id: id,
    resolved_by: report.resolvedBy,
    resolved_at: report.resolvedAt,
  };
}

type NewValue = z.output<typeof bodies.resolve>['newValue'];

/** One value for the disputed field, or a record by its fields; the key is that of the conflict in any case. */
function valueOf(given: NewValue, key: readonly string[]): Pick<Params<'conflicts.resolve'>, 'value' | 'fields'> {
  if (given === undefined) return {};
  if (typeof given !== 'object' || given === null || isWireValue(given)) return { value: typed(given) };
  const fields = Object.entries(given).filter(([name]) => !key.includes(name));
  return { fields: fields.map(([name, value]) => [name, typed(value)]) };
}

/** It takes the class that its field has on the two sides. */
const typed = (value: z.core.util.JSONType): GivenValue =>
  value === null || (typeof value === 'object' && isWireValue(value))
    ? { value }
    : { typed: typeof value === 'string' ? value : JSON.stringify(value) };

function refusedBy({ code, text }: { readonly code: string; readonly text: string }): AppError {
  const known = errorCodes.find((each): each is ErrorCode => each === code) ?? 'refused';
  return requestError(text, 'GET /api/sync/conflicts shows what waits.', known);
}

function refuseUnknownKeys(values: Readonly<Record<string, unknown>>): void {
  const unknown = Object.keys(values).find((key) => !syncConfigKeys.some((each) => each === key));
  if (unknown === undefined) return;
  const near = nearest(unknown, syncConfigKeys);
  throw new AppError({
    code: 'config-invalid',
    operation: 'config.set',
    message: `Setting ${unknown} failed: the key “${unknown}” is not known here.`,
    next: 'Nothing was changed.',
    hint: near === undefined ? `There are: ${syncConfigKeys.join(', ')}.` : `Did you mean ${near}?`,
  });
}
