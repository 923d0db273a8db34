import { Cloud, Laptop } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import type { WireRecord } from '../../../shared/model/ejson.ts';
import { cx } from '../../components/cx.ts';
import { Icon } from '../../components/icon.tsx';
import { Value } from '../../components/value.tsx';
import { differing } from '../../model/records.ts';
import type { MessageId } from '../../text/messages.ts';
import { t } from '../../text/text.ts';
import type { SideNames } from './field-row.tsx';
import { isSame } from './fields.ts';
import css from './record.module.css';

interface Card {
  readonly record: WireRecord | null;
  readonly title: string;
  readonly below: string;
}

/** Both records as a whole beside one another; one that was deleted is shown as it was. */
export function Duel({ conflict, names }: { readonly conflict: WireConflict; readonly names: SideNames }): ReactNode {
  const { base, local, remote, other, kind, fields } = conflict;
  const isClash = kind === 'unique' && other !== null;
  // Of a unique clash the other record stands on the other side, under its own key.
  const here = isClash && local === null ? (other?.side === 'A' ? other.record : null) : local;
  const there = isClash && remote === null ? (other?.side === 'B' ? other.record : null) : remote;
  const cardOf = (record: WireRecord | null, name: string): Card =>
    record === null
      ? {
          record: null,
          title: t(base === null ? 'record.missingOn' : 'record.deletedOn', { side: name }),
          below: base === null ? t('record.neverThere') : t('record.asItWas'),
        }
      : {
          record,
          title: isClash ? name : t(stateOf(record, base), { side: name }),
          below: t(isClash ? 'record.newRecord' : 'record.asItIs'),
        };
  return (
    <div className={css.duel}>
      <DuelCard card={cardOf(here, names.local)} icon={Laptop} base={base} clash={isClash ? fields : []} />
      <DuelCard card={cardOf(there, names.remote)} icon={Cloud} base={base} clash={isClash ? fields : []} />
    </div>
  );
}

const stateOf = (record: WireRecord, base: WireRecord | null): MessageId =>
  base === null ? 'record.hasIt' : differing(base, record).length === 0 ? 'record.unchangedOn' : 'record.editedOn';

function DuelCard({
  card: { record, title, below },
  icon,
  base,
  clash,
}: {
  readonly card: Card;
  readonly icon: typeof Laptop;
  readonly base: WireRecord | null;
  readonly clash: readonly string[];
}): ReactNode {
  const isGone = record === null;
  const shown = Object.entries(record ?? base ?? {}).toSorted(
    ([a], [b]) => Number(clash.includes(b)) - Number(clash.includes(a)),
  );
  return (
    <section className={css.duelCard} aria-label={title} {...(isGone ? { 'data-gone': '' } : {})}>
      <header className={css.duelHead}>
        <b>
          <Icon of={icon} />
          {title}
        </b>
        <span className="faint tiny">{below}</span>
      </header>
      <dl className={css.duelFacts}>
        {shown.map(([name, value]) => {
          const was = base?.[name];
          const isChanged = !isGone && base !== null && clash.length === 0 && !isSame(was, value);
          const marks = {
            ...(clash.includes(name) ? { 'data-clash': '' } : {}),
            ...(isChanged ? { 'data-changed': '' } : {}),
          };
          return (
            <div key={name} className={css.duelFact}>
              <dt {...marks}>{name}</dt>
              <dd {...marks} className={cx(isGone && css.ghost)}>
                {isChanged ? (
                  <>
                    <span className={css.removed}>
                      <Value of={was} maxLength={200} />
                    </span>{' '}
                    <span className={css.added}>
                      <Value of={value} maxLength={200} />
                    </span>
                  </>
                ) : (
                  <Value of={value} maxLength={400} />
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
