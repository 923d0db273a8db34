import { SECRET_NAME } from './secret-names.ts';

const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/[^\s/:@?#]*):[^\s@]*@/gi;
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
