import { usage } from '../cli.ts';
import { safeText } from '../text/safe-text.ts';
import { listText } from '../text/words.ts';

const LONGEST = 64;

/** The name of a new pair: it stands in commands, variables and file names, so only plain letters are taken. */
export function pairName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text)) return text;
  throw usage(`Naming the pair “${safeText(text, 80)}” failed: ${whyNot(text)}.`, 'For example: office, or shop-2.');
}

function whyNot(text: string): string {
  if (text === '') return 'the name is empty';
  if (text.length > LONGEST) return `the name has ${text.length} letters, and at most ${LONGEST} are possible`;
  const strange = [...new Set(text)].filter((letter) => !/[A-Za-z0-9._-]/.test(letter));
  const allowed = 'a name takes the letters a–z and A–Z, digits, dot, dash and underscore';
  if (strange.length === 0) return 'it has to begin with a letter a–z or a digit';
  const shown = strange.map((letter) => (letter === ' ' ? 'the space' : `“${safeText(letter)}”`));
  return `${listText(shown)} ${strange.length === 1 ? 'is' : 'are'} not possible; ${allowed}`;
}
