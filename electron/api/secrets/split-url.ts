import type { SideName } from '../../engine/settings.ts';

export interface SplitUrl {
  /** Safe to store and to show. */
  readonly url: string;
  readonly password: string | null;
}

const AUTHORITY = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)(.*)$/is;

/** Takes the password out of an address. An address without `//` (a file) holds none. */
export function splitUrl(given: string): SplitUrl {
  const match = AUTHORITY.exec(given);
  const [scheme, authority, rest] = [match?.[1], match?.[2], match?.[3]];
  if (scheme === undefined || authority === undefined) return { url: given, password: null };
  const at = authority.lastIndexOf('@');
  const colon = authority.indexOf(':');
  if (at < 0 || colon < 0 || colon > at) return { url: given, password: null };
  const password = authority.slice(colon + 1, at);
  return {
    url: `${scheme}${authority.slice(0, colon)}${authority.slice(at)}${rest ?? ''}`,
    password: decode(password),
  };
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
