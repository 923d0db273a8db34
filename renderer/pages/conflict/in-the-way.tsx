import { Link2 } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import { Icon } from '../../components/icon.tsx';
import { Link } from '../../components/link.tsx';
import notice from '../../components/notice.module.css';
import { addresses } from '../../model/addresses.ts';
import { t } from '../../text/text.ts';
import { ConflictLink } from './conflict-link.tsx';
import type { SideNames } from './field-row.tsx';

type HeldBy = WireConflict['heldBy'][number];
type MissingParent = WireConflict['missingParents'][number];

const sideOf = ({ side }: { readonly side: 'A' | 'B' }, names: SideNames): string =>
  side === 'A' ? names.local : names.remote;

/** Which other records keep an answer from being written, and which conflict comes first for that. */
export function InTheWay({
  conflict: { pair, collection, kind, blockedBy, blocking, missingParents, heldBy },
  names,
}: {
  readonly conflict: WireConflict;
  readonly names: SideNames;
}): ReactNode {
  const children = kind === 'unique' ? 0 : blocking;
  if (children === 0 && missingParents.length === 0 && heldBy.length === 0) return null;
  return (
    <div className={notice.notice} role="note" aria-label={t('record.inTheWay')}>
      <Icon of={Link2} />
      <div>
        {children === 0 ? null : (
          <>
            <p className={notice.noticeTitle}>
              {t('record.children', { n: children, collection: blockedBy[0]?.collection ?? '' })}
            </p>
            <p>{t('record.children.next')}</p>
          </>
        )}
        {missingParents.map((one) => (
          <p key={`parent ${one.side} ${one.collection} ${one.text}`}>
            {t('record.missingParent', { collection: one.collection, key: one.text, side: sideOf(one, names) })}{' '}
            <ParentFirst pair={pair} parent={one} names={names} />
          </p>
        ))}
        {heldBy.map((one) => (
          <p key={`held ${one.side} ${one.key.hex} ${one.fields.join(' ')}`}>
            {t('record.heldBy', {
              record: `${collection} ${one.key.text}`,
              side: sideOf(one, names),
              fields: one.fields.join(', '),
            })}{' '}
            <HolderFirst pair={pair} holder={one} />
          </p>
        ))}
      </div>
    </div>
  );
}

const ParentFirst = ({
  pair,
  parent,
  names,
}: {
  readonly pair: string;
  readonly parent: MissingParent;
  readonly names: SideNames;
}): ReactNode =>
  parent.conflict === null ? (
    t(parent.elsewhere ? 'record.missingParent.elsewhere' : 'record.missingParent.nowhere', {
      side: sideOf(parent, names),
    })
  ) : (
    <>
      {t('record.decideFirst')} <ConflictLink pair={pair} id={parent.conflict} />
    </>
  );

const HolderFirst = ({ pair, holder }: { readonly pair: string; readonly holder: HeldBy }): ReactNode =>
  holder.undoneRun !== null ? (
    <>
      {t('record.restsFirst')} <Link to={addresses.history('holds', pair)}>{t('record.holds')}</Link>
    </>
  ) : holder.conflict === null ? (
    t('record.heldBy.next')
  ) : (
    <>
      {t('record.decideFirst')} <ConflictLink pair={pair} id={holder.conflict} />
    </>
  );
