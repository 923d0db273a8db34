import type { WireRecord, WireValue } from '../../../shared/model/ejson.ts';
import { cleanText, displayValue, readsAsNothing } from '../../../shared/model/display.ts';

/** Marks that turn text around or hide in it, beyond those that every log line is cleaned of. */
const HIDING = /[\p{Cf}\u115f\u1160\u3164\uffa0]/gu;

const escaped = (mark: string): string => {
  const code = mark.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
};

/** Any text that this program did not write itself, safe for a terminal: nothing in it can act, turn around or hide. */
export function safeText(text: string, maxLength = 200): string {
  return cleanText(text.replaceAll('\u001b', '\\x1b'), maxLength).replaceAll(HIDING, escaped);
}

/** One value for people; `NULL`, `not there` and `empty text` are told apart. */
export function safeValue(value: WireValue | undefined, maxLength = 60): string {
  return safeText(displayValue(value, maxLength), Infinity);
}

/** One field of a state; a record that is not there is said so. */
export function fieldText(state: WireRecord | null, field: string, maxLength = 60): string {
  if (state === null) return 'no record';
  return safeValue(Object.hasOwn(state, field) ? state[field] : undefined, maxLength);
}

/** A value within a sentence: in quotes, and nothing without. */
export const quoted = (shown: string): string => (readsAsNothing(shown) ? shown : `‘${shown}’`);

/** The last line of defence, for a whole line of output: only line ends and the given styles get through. */
export function guardLine(text: string, styles: boolean): string {
  return text
    .split(styles ? STYLE : /(?!)/)
    .map((part, i) => (styles && i % 2 === 1 ? part : clean(part)))
    .join('');
}

// oxlint-disable-next-line no-control-regex -- the begin of a style sequence is a control character
const STYLE = /(\u001b\[(?:0|1|2|31|32|33)m)/;
const clean = (part: string): string =>
  part
    .split('\n')
    .map((line) => safeText(line, Infinity))
    .join('\n');

/** JSON whose text cannot act on a terminal either; what is escaped stands inside strings, so the value is the same. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(/[\u007f-\u009f\u2028\u2029\p{Cf}]/gu, (mark) =>
    [...Array(mark.length).keys()].map((i) => `\\u${mark.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}
