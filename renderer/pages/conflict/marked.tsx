import type { ReactNode } from 'react';
import { cleanLines, Value } from '../../components/value.tsx';
import type { WireValue } from '../../../shared/model/ejson.ts';
import css from './record.module.css';

/** Beyond it, marks would be larger than what is between them. */
const SHORT = 400;

function commonStart(a: string, b: string): number {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  return i;
}

/** A value with what is another than in `base` underlined, where both are texts that are not all different. */
export function Marked({
  of: value,
  base,
}: {
  readonly of: WireValue | undefined;
  readonly base: WireValue | undefined;
}): ReactNode {
  if (typeof value !== 'string' || typeof base !== 'string' || value === base || value === '' || value.length > SHORT)
    return <Value of={value} />;
  const start = wordStart(value, base, commonStart(value, base));
  const end = commonEnd(value.slice(start), base.slice(start));
  const middle = value.slice(start, value.length - end);
  if (start + end === 0 || middle === '') return <Value of={value} />;
  return (
    <span className={css.text}>
      {cleanLines(value.slice(0, start))}
      <span className={css.added}>{cleanLines(middle)}</span>
      {cleanLines(value.slice(value.length - end))}
    </span>
  );
}

const isWord = (letter: string | undefined): boolean => letter !== undefined && /[\p{L}\p{N}]/u.test(letter);

/** Marks begin and end between words, so that half a number is never marked. */
function wordStart(value: string, base: string, from: number): number {
  let i = from;
  while (i > 0 && isWord(value[i - 1]) && (isWord(value[i]) || isWord(base[i]))) i--;
  return i;
}

function commonEnd(value: string, base: string): number {
  const before = (text: string, i: number): string | undefined => text[text.length - 1 - i];
  let i = 0;
  while (i < value.length && i < base.length && before(value, i) === before(base, i)) i++;
  while (i > 0 && isWord(before(value, i - 1)) && (isWord(before(value, i)) || isWord(before(base, i)))) i--;
  return i;
}
