import type { ReactNode } from 'react';
import { cx } from '../../components/cx.ts';
import { Shown } from '../../components/empty.tsx';
import { PageBody, Pane } from '../../components/page.tsx';
import page from '../../components/page.module.css';
import { useQuery } from '../../router/location.ts';
import { useCall } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import type { PageProps } from '../pages.ts';
import { ListPane } from './list-pane.tsx';
import css from './record.module.css';
import { RecordHead } from './record-head.tsx';
import { RecordView } from './record-view.tsx';
import { Settled } from './settled.tsx';
import { useNeighbours } from './use-neighbours.ts';

/** One conflict: the list beside it, and the record in which the decision is made. */
export function Page({ params }: PageProps): ReactNode {
  const id = Number(params['id']);
  const pair = useQuery().get('pair');
  const loaded = useCall('conflicts.show', { id, ...(pair === null ? {} : { pair }) }, ['conflicts']);
  const neighbours = useNeighbours(id);
  return (
    <PageBody flush>
      <div className={cx(page.split, css.splitRecord)}>
        <ListPane id={id} neighbours={neighbours} />
        <Pane label={t('record.pane')}>
          <Shown of={loaded}>
            {(conflict) =>
              conflict.status === 'open' || conflict.status === 'reopened' ? (
                <RecordView key={`${conflict.pair} ${conflict.id}`} conflict={conflict} neighbours={neighbours} />
              ) : (
                <>
                  <RecordHead conflict={conflict} onNext={undefined} onPrevious={undefined} />
                  <Settled conflict={conflict} />
                </>
              )
            }
          </Shown>
        </Pane>
      </div>
    </PageBody>
  );
}
