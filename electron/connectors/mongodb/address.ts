import { AppError } from '../../../shared/contract/errors.ts';
import { withoutNamedSecrets } from '../../../shared/lib/secret-names.ts';
import { blot } from '../../../shared/lib/redact.ts';

const ADDRESS = /^(mongodb(?:\+srv)?):\/\/(?:([^@/?]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/is;

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
  const database = decoded(url, path);
  if (database === '') throw badAddress(url, 'it names no database after the server');
  if (/[\s\0/\\"$.]/.test(database))
    throw badAddress(url, `${JSON.stringify(database)} cannot be the name of a database`);
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
    hint: 'Write mongodb://user:password@host:port/database or mongodb+srv://user:password@host/database.',
    retry: 'after-user-action',
  });
}
