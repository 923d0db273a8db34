import { Undo2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty.tsx';
import { PageBody, PageHead } from '../../components/page.tsx';
import { UndoDialog } from '../../components/undo-dialog.tsx';
import { addresses } from '../../model/addresses.ts';
import { useLabels, type Labels } from '../../store/use-labels.ts';
import { t } from '../../text/text.ts';
import type { Done } from './page.tsx';

/** What an answer has written, and the way back. */
export function Answered({ done: { brake, answer, run } }: { readonly done: Done }): ReactNode {
  const { pair } = brake;
  const labels = useLabels(pair);
  const [undoing, setUndoing] = useState(false);
  const conflicts = Object.values(run.conflicts).reduce((sum, n) => sum + n, 0);
  const wrote = wroteLines(run, labels);
  return (
    <>
      <PageHead
        title={t(`brake.done.${answer}`)}
        facts={t('brake.where', { pair, collection: brake.collection || '*' })}
      />
      <PageBody>
        <EmptyState
          mark="step"
          title={wrote.join(' ') || t('brake.wroteNone')}
          actions={
            <>
              {wrote.length === 0 ? null : (
                <Button icon={Undo2} onClick={() => setUndoing(true)}>
                  {t('undo.run', { run: run.id })}
                </Button>
              )}
              {conflicts === 0 ? null : (
                <ButtonLink to={addresses.conflicts({ pair })}>{t('brake.toConflicts')}</ButtonLink>
              )}
              <ButtonLink to={addresses.overview()}>{t('run.toOverview')}</ButtonLink>
            </>
          }
        >
          {[
            answer === 'let-go' && wrote.length > 0 ? t('brake.oldKept') : '',
            conflicts > 0 ? t('brake.waiting', { n: conflicts }) : '',
          ].join(' ')}
        </EmptyState>
      </PageBody>
      {undoing ? <UndoDialog pair={pair} run={run.id} onClose={() => setUndoing(false)} /> : null}
    </>
  );
}

const wroteLines = ({ written }: WireRun, labels: Labels): readonly string[] =>
  (['A', 'B'] as const).flatMap((side) => {
    const { insert, update, delete: gone } = written[side];
    const n = insert + update + gone;
    return n === 0 ? [] : [t('brake.wrote', { n, side: labels[side] })];
  });
