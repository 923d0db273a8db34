import { AppError } from '../../../shared/contract/errors.ts';
import type { SideName } from '../../engine/settings.ts';

export interface SplitUrl {
  /** Safe to store and to show. */
  readonly url: string;
  readonly password: string | null;
}

const AUTHORITY = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)(.*)$/is;

/**
 * Takes the password out of an address. An address without `//` (a file) holds none. Fails with `usage`, and without
 * the address in its words, where nobody can tell whether it holds one.
 */
export function splitUrl(given: string): SplitUrl {
  const match = AUTHORITY.exec(given);
  const [scheme, authority, rest] = [match?.[1], match?.[2], match?.[3]];
  if (scheme === undefined || authority === undefined) return { url: given, password: null };
  const at = authority.lastIndexOf('@');
  const colon = authority.indexOf(':');
  if (colon >= 0 && /^(\?.*|[^?]*)@/s.test(rest ?? '')) throw unclear(scheme);
  if (at < 0 || colon < 0 || colon > at) return { url: given, password: null };
  const password = authority.slice(colon + 1, at);
  return {
    url: `${scheme}${authority.slice(0, colon)}${authority.slice(at)}${rest ?? ''}`,
    password: decode(password),
  };
}

/** `user:pa/ss@host`: is the password `pa/ss`, or is `pa` a port? */
function unclear(scheme: string): AppError {
  return new AppError({
    code: 'usage',
    operation: 'open',
    message: `Reading the address ${scheme}… failed: there is an @ behind the first /, and it cannot be told whether a password stands before it.`,
    next: 'Nothing was opened, and nothing of the address was kept.',
    hint: 'Write / ? # and @ as %2F %3F %23 and %40 in a password, and @ as %40 in a path.',
  });
}

/** The address with its password, for the driver and nobody else. */
export function joinUrl(url: string, password: string | null): string {
  if (password === null) return url;
  const match = AUTHORITY.exec(url);
  const at = match?.[2]?.lastIndexOf('@') ?? -1;
  if (!match || at < 0) return url;
  const [, scheme = '', authority = '', rest = ''] = match;
  return `${scheme}${authority.slice(0, at)}:${encodeURIComponent(password)}${authority.slice(at)}${rest}`;
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
