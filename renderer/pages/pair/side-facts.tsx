import type { ReactNode } from 'react';
import card from '../../components/card.module.css';
import { Facts } from '../../components/facts.tsx';
import { Icon } from '../../components/icon.tsx';
import { Link } from '../../components/link.tsx';
import { addresses } from '../../model/addresses.ts';
import { sideIcon } from '../../model/side.ts';
import { t } from '../../text/text.ts';
import type { ViewProps } from './page.tsx';
import { addedTo, kindOf } from './ways.ts';

/** Where a side stands, how it notices changes, and what Tandem added to it. */
export function SideFacts({ side, status, pair }: ViewProps & { readonly side: 'A' | 'B' }): ReactNode {
  const { label, url } = side === 'A' ? status.a : status.b;
  const capture = status.capture[side];
  const added = addedTo(side, pair);
  return (
    <section className={card.card} aria-label={label}>
      <div className={card.cardHead}>
        <Icon of={sideIcon({ label, url })} />
        <span className="grow">{label}</span>
        <Link className="small weightNormal" to={addresses.pair(status.pair, 'summary', 'edit')}>
          {t('pair.change')}
        </Link>
      </div>
      <div className={card.cardBody}>
        <Facts
          of={[
            [t('pair.where'), <span className="mono">{url === '' ? t('pair.kind.none') : url}</span>],
            [t('pair.kind'), t(`pair.kind.${kindOf(url)}`)],
            [
              t('pair.capture'),
              capture === null ? (
                t('pair.capture.unknown')
              ) : (
                <>
                  {t(`pair.capture.${capture.level}`)}
                  {capture.why === '' ? null : <span className="faint tiny"> {capture.why}</span>}
                </>
              ),
            ],
            [t('pair.added'), added.length === 0 ? t('pair.added.nothing') : added.join('; ')],
          ]}
        />
      </div>
    </section>
  );
}
