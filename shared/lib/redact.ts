import { isSecretName, SECRET_NAME } from './secret-names.ts';

/** A name of any length would be looked for from each letter of a long word. */
const USER_INFO = /([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@?#]*):[^\s@]*@/gi;
const IN_ADDRESS = new RegExp(`([?&;]${SECRET_NAME}=)[^\\s&;"'\`]+`, 'gi');
const ASSIGNED =
  /(?<![\w.-])([\w.-]*(?:password|passwd|passphrase|pwd|secret|token|signature|access[_-]?key)|auth)(\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s&;,]+)/gi;

/** `text` without passwords in addresses, and without the known secrets wherever they stand. */
export function blot(text: string, secrets: Iterable<string> = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < 3) continue;
    if (isPlainWord(secret)) clean = clean.replaceAll(new RegExp(`(?<![a-z0-9])${secret}(?![a-z0-9])`, 'gi'), '***');
    else clean = clean.replaceAll(secret, '***').replaceAll(encodeURIComponent(secret), '***');
  }
  return clean.replaceAll(USER_INFO, '$1:***@').replaceAll(IN_ADDRESS, '$1***');
}

/** `pass`: short words are parts of others, and cutting those (`***words`) would tell the password rather than hide it. */
const isPlainWord = (secret: string): boolean => /^[a-z]{3,7}$/i.test(secret);

/** For the words of others: also without anything that is called a password, a token or a key. */
export function redact(text: string, secrets: Iterable<string> = []): string {
  return blot(text, secrets).replaceAll(ASSIGNED, '$1$2***');
}

/** The same for all texts in a value of JSON, each for itself; what stands under the name of a secret goes whole. */
export function redactJson(value: unknown, secrets: readonly string[] = [], name = ''): unknown {
  if (typeof value === 'string') return isSecretName(name) ? '***' : redact(value, secrets);
  if (Array.isArray(value)) return value.map((each) => redactJson(each, secrets, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([each, inner]) => [each, redactJson(inner, secrets, each)]));
}
