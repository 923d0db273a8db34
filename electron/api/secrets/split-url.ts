import { hasSoundPort } from '../../../shared/lib/host-port.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { isSecretName } from '../../../shared/lib/secret-names.ts';
import type { SideName } from '../../engine/settings.ts';

export interface SplitUrl {
  /** Safe to store and to show. */
  readonly url: string;
  /** What was taken out, for `joinUrl`: a password as it is, or everything secret with the places where it stood. */
  readonly password: string | null;
}

const AUTHORITY = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)(.*)$/is;
const PARAMETER = /([?&;])([^=&;]*)=([^&;]*)/g;

/**
 * Takes passwords out of an address: that of the user, and parameters that are called a password, a token or a key, of
 * which the name stays. An address without `//` (a file) holds none. Fails with `usage`, and without the address in its
 * words, where nobody can tell whether it holds one.
 */
export function splitUrl(given: string): SplitUrl {
  const match = AUTHORITY.exec(given);
  const [scheme, authority, rest] = [match?.[1], match?.[2], match?.[3] ?? ''];
  if (scheme === undefined || authority === undefined) return { url: given, password: null };
  const at = authority.lastIndexOf('@');
  const colon = authority.indexOf(':');
  if (colon >= 0 && /^(\?.*|[^?]*)@/s.test(rest)) throw unclear(scheme, BEHIND_SLASH);
  if (
    !authority
      .slice(at + 1)
      .split(',')
      .every(hasSoundPort)
  )
    throw unclear(scheme, NO_PORT);
  const [path, query] = cutQuery(rest);
  if (/[?&;][^=&;]*(?:[&;]|$)/.test(query) && parameters(query).some(isFilled)) throw unclear(scheme, NO_NAME);
  const ofUser = at < 0 || colon < 0 || colon > at ? null : decode(authority.slice(colon + 1, at));
  const shown = ofUser === null ? authority : authority.slice(0, colon) + authority.slice(at);
  return {
    url: `${scheme}${shown}${path}${withParameters(query, () => '')}`,
    password: kept(ofUser, parameters(query)),
  };
}

interface Parameter {
  readonly name: string;
  /** As it stands in the address. */
  readonly value: string;
}

/** A database address has no fragment: a `#` may be a part of a password. */
function cutQuery(rest: string): [string, string] {
  const mark = rest.indexOf('?');
  return mark < 0 ? [rest, ''] : [rest.slice(0, mark), rest.slice(mark)];
}

/** Those that are secret by their names, with or without a value. */
const parameters = (query: string): Parameter[] =>
  [...query.matchAll(PARAMETER)]
    .map(([, , name = '', value = '']) => ({ name, value }))
    .filter(({ name }) => isSecretName(decode(name)));

const isFilled = ({ value }: Parameter): boolean => value !== '';

function withParameters(query: string, valueOf: (parameter: Parameter) => string): string {
  return query.replaceAll(PARAMETER, (whole: string, mark: string, name: string, value: string) =>
    isSecretName(decode(name)) ? `${mark}${name}=${valueOf({ name, value })}` : whole,
  );
}

/** `?sslpassword=x&=y`: parameters by their names, and the password of the user without one. */
function kept(ofUser: string | null, secret: readonly Parameter[]): string | null {
  if (secret.length === 0) return ofUser;
  const all = secret.filter(isFilled).map(({ name, value }) => `${name}=${value}`);
  if (ofUser !== null) all.push(`=${encodeURIComponent(ofUser)}`);
  return all.length === 0 ? null : `?${all.join('&')}`;
}

/** Each secret by itself, as it may turn up in a text. */
export function secretsIn(password: string): readonly string[] {
  if (!password.startsWith('?')) return [password];
  const values = [...password.matchAll(PARAMETER)].map(([, , , value = '']) => value);
  return [password, ...values, ...values.map(decode)].filter((value) => value !== '');
}

const BEHIND_SLASH = {
  why: 'there is an @ behind the first /, and it cannot be told whether a password stands before it',
  hint: 'Write / ? # and @ as %2F %3F %23 and %40 in a password, and @ as %40 in a path.',
};
const NO_NAME = {
  why: 'something without a name stands beside a password behind the ?, and it cannot be told whether it is a part of it',
  hint: 'Write & and ; as %26 and %3B in a password.',
};

const NO_PORT = {
  why: 'what stands behind the : of its server is no port, and it cannot be told whether it is a part of a password',
  hint: 'A port is a number from 1 to 65535. In a .env a # begins a comment: put the address in quotes, or write %23 in a password.',
};

/** `user:pa/ss@host`: is the password `pa/ss`, or is `pa` a port? `?password=a&b`: does it end before the `&`? */
function unclear(scheme: string, { why, hint }: typeof NO_NAME): AppError {
  return new AppError({
    code: 'usage',
    operation: 'open',
    message: `Reading the address ${scheme}… failed: ${why}.`,
    next: 'Nothing was opened, and nothing of the address was kept.',
    hint,
  });
}

/**
 * The address with its passwords, for the driver and nobody else. A password without a place (it came from the
 * environment) is that of the user; where the address names no user it is what the address has left empty.
 */
export function joinUrl(url: string, password: string | null): string {
  if (password === null) return url;
  const match = AUTHORITY.exec(url);
  if (!match) return url;
  const [, scheme = '', authority = '', rest = ''] = match;
  const [path, query] = cutQuery(rest);
  const placed = parameters(query).length > 0 && password.startsWith('?') ? byName(password) : null;
  const ofUser = placed ? placed('') : password;
  const at = authority.lastIndexOf('@');
  const user =
    at < 0 || ofUser === undefined
      ? authority
      : `${authority.slice(0, at)}:${encodeURIComponent(ofUser)}${authority.slice(at)}`;
  const alone = placed === null && at < 0 ? encodeURIComponent(password) : '';
  const filled = withParameters(query, ({ name, value }) => (value === '' ? (placed?.(name) ?? alone) : value));
  return `${scheme}${user}${path}${filled}`;
}

/** Values as they stood in the address, one after the other where a name comes twice; that of the user as it is meant. */
function byName(password: string): (name: string) => string | undefined {
  const left = [...password.matchAll(PARAMETER)].map(([, , name = '', value = '']) => ({ name, value }));
  return (name) => {
    const at = left.findIndex((one) => one.name === name);
    const [found] = at < 0 ? [] : left.splice(at, 1);
    return found && name === '' ? decode(found.value) : found?.value;
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The environment variable that holds the password of one side of a pair: `TANDEM_SECRET_MY_SHOP_B`. */
export function secretVariable(pair: string, side: SideName): string {
  return `TANDEM_SECRET_${pair.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}_${side}`;
}
