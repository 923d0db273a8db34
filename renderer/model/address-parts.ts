/** The kinds of databases that a side can be. */
export const sideKinds = ['sqlite', 'mongodb'] as const;
export type SideKind = (typeof sideKinds)[number];

const LOGIN = /^([a-z][a-z0-9+.-]*:\/\/)([^:@/?#]+):(.*)@([^@]*)$/is;
const USER = /^([a-z][a-z0-9+.-]*:\/\/)(?:([^@/?#]*)@)?/i;

/** What was typed as an address, without the password that stands in it; `null`: there is none. */
export function splitPassword(typed: string): { readonly address: string; readonly password: string | null } {
  const [, scheme, user, password, rest] = LOGIN.exec(typed) ?? [];
  if (scheme === undefined || password === undefined) return { address: typed, password: null };
  return { address: `${scheme}${user}@${rest}`, password: decoded(password) };
}

/** The address as a call needs it. A password without a user has no place in it. */
export function withPassword(address: string, password: string): string {
  const [, scheme, user] = USER.exec(address) ?? [];
  if (password === '' || scheme === undefined || !user) return address;
  const rest = address.slice(`${scheme}${user}@`.length);
  return `${scheme}${user}:${encodeURIComponent(password)}@${rest}`;
}

/** '' where the address names none. */
export const userOf = (address: string): string => decoded(USER.exec(address)?.[2] ?? '');

export function withUser(address: string, user: string): string {
  const [whole, scheme] = USER.exec(address) ?? [];
  if (whole === undefined || scheme === undefined) return address;
  return `${scheme}${user === '' ? '' : `${encodeURIComponent(user)}@`}${address.slice(whole.length)}`;
}

/** What may outlast the page: whatever could still be a password is not in it. */
export const keepable = (typed: string): string =>
  splitPassword(typed)
    .address.replace(/^([a-z][a-z0-9+.-]*:\/\/[^@/?#,]*):(?!\d{1,5}(?:[/,?]|$)).*$/i, '$1')
    .replace(/([?&;][^=&;]*(?:pass|pwd|token|secret|key)[^=&;]*=)[^&;]*/gi, '$1');

/** A name for the pair, from the file or the database that was named first. */
export function suggestedName(address: string): string {
  const path = address.split('?')[0]?.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '') ?? '';
  const last = path.split(/[\\/]/).findLast((part) => part !== '') ?? '';
  return last
    .replace(/\.[a-z0-9]+$/i, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
