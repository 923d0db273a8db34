import type { ReactNode } from 'react';
import halves from '../../components/halves.module.css';
import page from '../../components/page.module.css';
import { t } from '../../text/text.ts';
import { Activity } from './activity.tsx';
import { CollectionRows } from './collection-rows.tsx';
import type { ViewProps } from './page.tsx';
import { ReceiptNotice } from './receipt-notice.tsx';
import { SideFacts } from './side-facts.tsx';

/** How the pair stands: the receipt, its collections, what moved, and the two sides. */
export function Summary({ status, pair }: ViewProps): ReactNode {
  const n = pair.collections.length;
  return (
    <>
      <ReceiptNotice status={status} />
      <section className={page.section} aria-labelledby="collections">
        <div className={page.sectionHead}>
          <h2 id="collections">{t('pair.collections')}</h2>
          <span className="faint tiny">{t('pair.collections.count', { n })}</span>
        </div>
        <CollectionRows status={status} pair={pair} />
      </section>
      <div className={halves.duel}>
        <SideFacts side="A" status={status} pair={pair} />
        <SideFacts side="B" status={status} pair={pair} />
      </div>
      <Activity status={status} />
    </>
  );
}
