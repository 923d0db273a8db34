/** Where a page may send a person's browser: exact hosts, https alone. */
const HOSTS: ReadonlySet<string> = new Set(['www.mongodb.com', 'www.sqlite.org', 'www.electronjs.org']);

/** The address as it may be opened in the browser; `null`: it may not. */
export function allowedLink(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'https:' || url.port !== '') return null;
  if (url.username !== '' || url.password !== '') return null;
  return HOSTS.has(url.host) ? url.href : null;
}
