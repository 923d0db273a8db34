const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/[^\s/:@?#]*):[^\s@]*@/gi;
const ASSIGNED = /\b(password|passwd|pwd|secret|token|access[_-]?key|auth)(\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s&;,]+)/gi;

/** `text` without anything that looks like a credential, and without the known secrets wherever they stand. */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < 3) continue;
    clean = clean.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***');
  }
  return clean.replaceAll(USER_INFO, '$1:***@').replaceAll(ASSIGNED, '$1$2***');
}
