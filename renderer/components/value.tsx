import type { ReactNode } from 'react';
import { cleanText, displayValue } from '../../shared/model/display.ts';
import type { WireValue } from '../../shared/model/ejson.ts';
import { t } from '../text/text.ts';
import css from './value.module.css';

/** A text of several lines keeps its lines; every other control character is shown as such. */
export const cleanLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => cleanText(line))
    .join('\n');

/** A value of a database as text, never as markup. NULL, not there and empty text never look alike. */
export function Value({
  of: value,
  maxLength = 2000,
}: {
  readonly of: WireValue | undefined;
  readonly maxLength?: number;
}): ReactNode {
  if (value === undefined) return <span className={css.valueMissing}>{t('value.missing')}</span>;
  if (value === null) return <span className={css.valueNull}>{t('value.null')}</span>;
  if (value === '') return <span className={css.valueEmpty}>{t('value.empty')}</span>;
  const shown =
    typeof value === 'string' && value.includes('\n') && value.length <= maxLength
      ? cleanLines(value)
      : displayValue(value, maxLength);
  return <span className={css.value}>{shown}</span>;
}
