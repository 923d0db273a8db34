import type { ReactNode } from 'react';
import { Link } from '../../components/link.tsx';
import { addresses } from '../../model/addresses.ts';
import { useCall } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import { titleOf } from './fields.ts';

/** Leads to another conflict, by its number and, once that is known, the name of its record. */
export function ConflictLink({ pair, id }: { readonly pair: string; readonly id: number }): ReactNode {
  const { data } = useCall('conflicts.show', { id, pair }, ['conflicts']);
  return (
    <Link to={addresses.conflict(id, pair)}>
      {data === undefined ? t('record.conflict', { id }) : t('record.conflictOf', { id, title: titleOf(data).title })}
    </Link>
  );
}

/** What was refused, with links to pages where the text names commands that lead on. */
export function WithLinks({ text, pair }: { readonly text: string; readonly pair: string }): ReactNode {
  return text.split(/: tandem (show \d+|holds)\b/).map((part, i) =>
    i % 2 === 0 ? (
      part
    ) : (
      <span key={i}>
        {': '}
        {part === 'holds' ? (
          <Link to={addresses.history('holds', pair)}>{t('record.holds')}</Link>
        ) : (
          <ConflictLink pair={pair} id={Number(part.slice('show '.length))} />
        )}
      </span>
    ),
  );
}
