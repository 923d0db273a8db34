import { AppError } from '../../../shared/contract/errors.ts';
import { splitUrl, type SplitUrl } from '../secrets/split-url.ts';

const ADDRESS = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/is;

/**
 * The address of a variable with the database that `DATABASE_NAME` names put in, and without its password. Fails with
 * `config-invalid`, never with the address in its words.
 */
export function envAddress(variable: string, typed: string, database: string): SplitUrl {
  const { url, password } = split(variable, typed.trim());
  const [, server = '', path = '', query = ''] = ADDRESS.exec(url) ?? [];
  if (server === '')
    throw invalid(variable, `${variable} is not the address of a MongoDB database`, 'mongodb://host:port/database');
  const named = decoded(path);
  if (named === database) return { url, password };
  if (named !== '')
    throw invalid(
      variable,
      `${variable} names the database ${JSON.stringify(named)}, and DATABASE_NAME is ${JSON.stringify(database)}`,
      'one name in both, or none in the address',
    );
  const settings = [query, ...authSource(server, query)].filter((part) => part !== '').join('&');
  return { url: `${server}/${encodeURIComponent(database)}${settings === '' ? '' : `?${settings}`}`, password };
}

/** One database on both sides would always be in step with itself. */
export function checkTwo(here: SplitUrl, there: SplitUrl | null): void {
  if (there === null || !isSamePlace(here.url, there.url)) return;
  throw new AppError({
    ...invalid(
      'MONGODB_CLOUD_URL',
      'both addresses lead to the same database',
      'the address of the other one',
    ).toBody(),
    code: 'same-database',
  });
}

/** A name that no server would take. */
export function checkDatabaseName(database: string): void {
  if (/[\s\0/\\"$.]/.test(database) || Buffer.byteLength(database) > 63)
    throw invalid(
      'DATABASE_NAME',
      `${JSON.stringify(database)} cannot be the name of a database`,
      'a name of at most 63 characters, without spaces and without / \\ . " $',
    );
}

/** Without a database in the address a user is looked for in `admin`; with one, in that one, unless it says otherwise. */
function authSource(server: string, query: string): string[] {
  const has = (name: string): boolean => new RegExp(`(^|&)${name}=`, 'i').test(query);
  const elsewhere = has('authMechanism') && !/(^|&)authMechanism=SCRAM/i.test(query);
  return server.includes('@') && !has('authSource') && !elsewhere ? ['authSource=admin'] : [];
}

function split(variable: string, typed: string): SplitUrl {
  try {
    return splitUrl(typed);
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw new AppError({
      ...cause.toBody(),
      code: 'config-invalid',
      operation: 'env',
      message: cause.message.replace(/^Reading the address/, `Reading ${variable},`),
    });
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function invalid(variable: string, what: string, better: string): AppError {
  return new AppError({
    code: 'config-invalid',
    operation: 'env',
    message: `Reading the settings of MongoDB failed: ${what}.`,
    next: 'Nothing was opened, and nothing was changed.',
    hint: `Write into ${variable}: ${better}.`,
    subject: { path: variable },
    retry: 'after-user-action',
  });
}

/** Do two addresses lead to one database on the same servers? User, password and settings do not matter. */
export function isSamePlace(one: string, other: string): boolean {
  const place = placeOf(one);
  return place !== null && place === placeOf(other);
}

export const databaseIn = (url: string): string => decoded(ADDRESS.exec(url)?.[2] ?? '');

function placeOf(url: string): string | null {
  const [, server, path] = ADDRESS.exec(url) ?? [];
  if (server === undefined) return null;
  const [scheme = '', authority = ''] = server.split('://');
  const hosts = authority
    .slice(authority.lastIndexOf('@') + 1)
    .toLowerCase()
    .split(',')
    .map((host) => host.replace(/^(127\.0\.0\.1|\[::1\])(?=:|$)/, 'localhost'))
    .map((host) => (/:\d+$/.test(host) || scheme.toLowerCase() !== 'mongodb' ? host : `${host}:27017`))
    .toSorted();
  return JSON.stringify([scheme.toLowerCase(), hosts, decoded(path ?? '')]);
}
