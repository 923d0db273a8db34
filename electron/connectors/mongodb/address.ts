import { hasSoundPort } from '../../../shared/lib/host-port.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { withoutNamedSecrets } from '../../../shared/lib/secret-names.ts';
import { blot } from '../../../shared/lib/redact.ts';
import { ADDRESS_FORM } from './error-words.ts';

const ADDRESS = /^(mongodb(?:\+srv)?):\/\/(?:([^@/?]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/is;

/** No server takes a longer name. */
const MOST_BYTES = 63;

export const isMongoAddress = (url: string): boolean => /^mongodb(\+srv)?:\/\//i.test(url);

export interface MongoAddress {
  readonly url: string;
  readonly database: string;
  /** Hosts and database, without user and settings. */
  readonly label: string;
  readonly hosts: readonly string[];
  /** Names of the settings that the address gives, in small letters. */
  readonly settings: ReadonlySet<string>;
  /** What nobody may read anywhere. */
  readonly secrets: readonly string[];
}

/** The parts of an address. It has to name a database: a pair is about one, and a default would be a guess. */
export function parseAddress(url: string): MongoAddress {
  const [, scheme = '', user = '', hosts = '', path = '', query = ''] = ADDRESS.exec(url) ?? [];
  if (hosts === '') throw badAddress(url, 'it names no server');
  for (const host of hosts.split(',')) {
    // What is no port may be a part of a password.
    if (!hasSoundPort(host)) throw badAddress(`${scheme}://…`, 'what stands behind the : of its server is no port');
  }
  const database = decoded(url, path);
  if (database === '') throw badAddress(url, 'it names no database after the server');
  if (/[\s\0/\\"$.]/.test(database))
    throw badAddress(url, `${JSON.stringify(database)} cannot be the name of a database`);
  if (Buffer.byteLength(database) > MOST_BYTES)
    throw badAddress(url, `the name of its database has more than ${MOST_BYTES} bytes`);
  const names = query.split('&').map((part) => part.split('=')[0] ?? '');
  const password = user.slice(user.indexOf(':') + 1);
  const known = user.includes(':') ? [password, decoded(url, password)] : [];
  return {
    url,
    database,
    label: `${scheme.toLowerCase()}://${hosts}/${database}`,
    hosts: hosts.toLowerCase().split(','),
    settings: new Set(names.map((name) => name.toLowerCase())),
    secrets: [...known, ...secretValues(query)],
  };
}

const secretValues = (query: string): string[] =>
  query
    .split('&')
    .flatMap((part) =>
      /password|token|authmechanismproperties/i.test(part) ? [part.slice(part.indexOf('=') + 1)] : [],
    );

function decoded(url: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badAddress(url, 'a % in it does not stand before two hexadecimal digits');
  }
}

function badAddress(url: string, why: string): AppError {
  const shown = blot(withoutNamedSecrets(url));
  return new AppError({
    code: 'usage',
    operation: 'open',
    subject: { path: shown },
    message: `The address ${JSON.stringify(shown)} cannot be opened: ${why}.`,
    next: 'Nothing was opened.',
    hint: ADDRESS_FORM,
    retry: 'after-user-action',
  });
}
