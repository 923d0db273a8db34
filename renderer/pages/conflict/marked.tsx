import type { ReactNode } from 'react';
import { Value } from '../../components/value.tsx';
import { cleanText } from '../../../shared/model/display.ts';
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
  const start = wordStart(value, commonStart(value, base));
  const end = commonEnd(value.slice(start), base.slice(Math.min(start, base.length)));
  const middle = value.slice(start, value.length - end);
  if (start + end === 0 || middle === '') return <Value of={value} />;
  return (
    <span className={css.text}>
      {cleanText(value.slice(0, start))}
      <span className={css.added}>{cleanText(middle)}</span>
      {cleanText(value.slice(value.length - end))}
    </span>
  );
}

/** Marks begin at a word, so that half a number is never marked. */
function wordStart(text: string, from: number): number {
  let i = from;
  while (i > 0 && /[\p{L}\p{N}]/u.test(text[i - 1] ?? '')) i--;
  return i;
}

function commonEnd(a: string, b: string): number {
  let i = 0;
  while (i < a.length && i < b.length && a[a.length - 1 - i] === b[b.length - 1 - i]) i++;
  while (i > 0 && /[\p{L}\p{N}]/u.test(a[a.length - i] ?? '')) i--;
  return i;
}
