const SCHEME = /^[a-z][a-z0-9+.-]+:/i;
const FILE_SCHEME = /^sqlite:/i;

/** The file behind an address, if it is one that a computer can look at without opening it. */
export function fileOf(url: string): string | null {
  if (FILE_SCHEME.test(url)) return url.slice('sqlite:'.length);
  return url === '' || SCHEME.test(url) ? null : url;
}
