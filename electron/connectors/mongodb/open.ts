import { type Document, MongoClient, type MongoClientOptions, type ObjectId } from 'mongodb';
import type { CaptureLevel, OpenOptions } from '../../engine/port/connector.ts';
import { type MongoAddress, parseAddress } from './address.ts';
import { endWithTheSocket } from './closed-connections.ts';
import { type Doing, translateError } from './errors.ts';
import { MongoDatabase, type Topology } from './mongo-database.ts';
import { type Deployment, MongoConnector } from './mongodb-connector.ts';
import { ChangeStream } from './capture/stream.ts';

/** Connects, and finds out once what this deployment can: nothing is assumed from a product's name. */
export async function openMongo(options: OpenOptions): Promise<MongoConnector> {
  const address = parseAddress(options.url);
  const doing: Doing = { operation: 'open', what: `Opening ${address.label}` };
  const place = { label: address.label, secrets: address.secrets };
  let client: MongoClient | null = null;
  endWithTheSocket();
  try {
    client = new MongoClient(address.url, settingsFor(address));
    await connected(client, address);
    const hello = await client.db(address.database).command({ hello: 1 });
    const database = new MongoDatabase({
      client,
      name: address.database,
      place,
      topology: topologyIn(hello),
      readOnly: options.readOnly,
      sleep: (ms) => options.clock.sleep(ms),
    });
    const deployment = (): Promise<Deployment> => deploymentOf(database, address);
    const probed = { capture: await captureOf(database), deployment };
    const connector = new MongoConnector(database, probed, await deployment());
    client.on('serverDescriptionChanged', () => connector.doubt());
    // What the driver knows of its servers may lag behind its connections by some seconds.
    client.on('connectionReady', () => connector.doubt());
    return connector;
  } catch (error) {
    await client?.close();
    throw translateError(error, doing, place);
  }
}

const CONNECT_MS = 10_000;
/** So long a server that is just being started may refuse. */
const REFUSED_MS = 2_000;

/** Where nothing listens at any place of the address, that is said soon, and not after the time for one that is slow to answer. */
async function connected(client: MongoClient, { url, hosts, settings }: MongoAddress): Promise<void> {
  const connecting = client.connect();
  // The places behind an SRV name are not known here.
  if (settings.has('serverselectiontimeoutms') || /^mongodb\+srv:/i.test(url)) return void (await connecting);
  const seeds = hosts.map((host) => (/:\d+$/.test(host) ? host : `${host}:27017`));
  const since = new Map<string, number>();
  const refused = new Promise<never>((_, reject) => {
    client.on('serverHeartbeatFailed', ({ connectionId, failure }) => {
      if (!isRefused(failure)) return void since.delete(connectionId);
      if (!since.has(connectionId)) since.set(connectionId, performance.now());
      const now = performance.now();
      if (seeds.every((seed) => (since.get(seed) ?? now) + REFUSED_MS <= now)) reject(failure.cause as Error);
    });
  });
  connecting.catch(() => undefined);
  try {
    await Promise.race([connecting, refused]);
  } finally {
    client.removeAllListeners('serverHeartbeatFailed');
  }
}

const isRefused = ({ cause }: Error): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';

/** What the engine relies on stands over what the address says; how long to wait is the user's. */
function settingsFor({ settings }: MongoAddress): MongoClientOptions {
  const wait = (name: string): Readonly<Record<string, number>> =>
    settings.has(name.toLowerCase()) ? {} : { [name]: CONNECT_MS };
  return {
    appName: 'tandem',
    ...wait('serverSelectionTimeoutMS'),
    ...wait('connectTimeoutMS'),
    ...(settings.has('sockettimeoutms') ? {} : { socketTimeoutMS: 120_000 }),
    readPreference: 'primary',
    writeConcern: { w: 'majority', j: true },
    retryWrites: true,
    retryReads: true,
    maxPoolSize: 10,
    serializeFunctions: false,
    ignoreUndefined: false,
    enableUtf8Validation: false,
  };
}

function topologyIn(hello: Document): Topology {
  if (hello['msg'] === 'isdbgrid') return 'sharded';
  return hello['setName'] === undefined ? 'standalone' : 'replica set';
}

async function captureOf(database: MongoDatabase): Promise<CaptureLevel> {
  if (database.topology === 'standalone')
    return { level: 'full-scan', why: 'a standalone server has no change streams' };
  try {
    const stream = await ChangeStream.open(database, { $in: [] }, { token: null, limit: 1 });
    await stream.close();
    return { level: 'change-stream', why: '' };
  } catch (error) {
    const { code, cause } = translateError(error, { operation: 'open', what: 'Watching' }, database.place).toBody();
    const why =
      code === 'permission' ? 'this user may not open change streams' : `no change stream opens (${cause ?? code})`;
    return { level: 'full-scan', why };
  }
}

async function deploymentOf(database: MongoDatabase, address: MongoAddress): Promise<Deployment> {
  const hello = await database.db.command({ hello: 1 });
  const id = await idOf(database, address, hello);
  const { processId } = (hello['topologyVersion'] ?? {}) as { readonly processId?: ObjectId };
  return processId === undefined ? { id } : { id, process: processId.toHexString() };
}

/**
 * A replica set has an id of its own, which few users may ask for; without it its name and members stand for it. A
 * standalone server is where it listens.
 */
async function idOf(database: MongoDatabase, { hosts }: MongoAddress, hello: Document): Promise<string> {
  if (database.topology !== 'replica set') return `${database.topology}:${sameHost(hosts)}`;
  const id = await replicaSetId(database);
  if (id !== '') return `set:${id}`;
  const members = Array.isArray(hello['hosts']) ? hello['hosts'].map(String).sort() : [];
  return `set:${String(hello['setName'])}@${members.join(',')}`;
}

const sameHost = (hosts: readonly string[]): string =>
  hosts
    .map((host) => host.replace(/^(127\.0\.0\.1|\[::1\])(?=:|$)/, 'localhost'))
    .map((host) => (/:\d+$/.test(host) ? host : `${host}:27017`))
    .sort()
    .join(',');

async function replicaSetId({ client }: MongoDatabase): Promise<string> {
  try {
    const { config } = await client.db('admin').command({ replSetGetConfig: 1 });
    return String((config as Document | undefined)?.['settings']?.['replicaSetId'] ?? '');
  } catch {
    return '';
  }
}
