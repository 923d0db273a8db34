import { Fragment, type ReactNode } from 'react';
import { t } from '../../../text/text.ts';
import type { Origin } from '../fields.ts';
import css from './long.module.css';
import { shownLines } from './shown-lines.ts';
import { isPlace, type Part } from './places.ts';

/** The result as far as it is decided; a place that is open stands in it as what it is. */
export function Partial({
  parts,
  taken,
}: {
  readonly parts: readonly Part[];
  readonly taken: readonly (Origin | undefined)[];
}): ReactNode {
  const firsts = parts.map((_, i) => parts.slice(0, i).filter(isPlace).length);
  return (
    <div className={css.partial} tabIndex={0} role="region" aria-label={t('long.partial')}>
      {parts.map((part, i) => {
        const index = firsts[i] ?? 0;
        const origin = isPlace(part) ? taken[index] : undefined;
        if (isPlace(part) && origin === undefined)
          return (
            <p key={i} className={css.openPlace}>
              {t('long.openPlace', { n: index + 1 })}
            </p>
          );
        const lines = isPlace(part) ? (origin === undefined ? [] : (part[origin] ?? [])) : part;
        return lines.length === 0 ? <Fragment key={i} /> : <p key={i}>{shownLines(lines)}</p>;
      })}
    </div>
  );
}
