import type { ReactNode } from 'react';
import type { WireHoldsAnswer } from '../../../shared/contract/conflict-shapes.ts';
import type { HoldAnswer } from '../../../shared/model/words.ts';
import { EffectDialog } from '../../components/effect-dialog.tsx';
import { tell } from '../../components/toast.tsx';
import { useAct, useCall } from '../../store/hooks.ts';
import { useLabels, type Labels } from '../../store/use-labels.ts';
import { t } from '../../text/text.ts';
import { answerText } from './hold-words.ts';

export interface ManyChoice {
  readonly pair: string;
  readonly run: number;
  readonly answer: HoldAnswer;
  readonly n: number;
}

/** What one answer would do to all that rest since a run was undone, counted before it is given. */
export function ManyHoldsDialog({
  choice: { pair, run, answer, n },
  onClose,
}: {
  readonly choice: ManyChoice;
  readonly onClose: () => void;
}): ReactNode {
  const labels = useLabels(pair);
  const effect = useCall('holds.answerAll', { pair, run, answer, dryRun: true });
  const acting = useAct();
  const words = answerText(answer, labels);
  const possible = effect.data?.answered ?? 0;
  const give = async (): Promise<void> => {
    const done = await acting.act('holds.answerAll', { pair, run, answer });
    if (done === undefined) return;
    tell({ text: t('holds.doneMany', { n: done.answered, answer: words.toLowerCase() }) });
    onClose();
  };
  return (
    <EffectDialog
      title={t('holds.askMany', { answer: words, n })}
      sentence={t('holds.askManyNext')}
      effect={effect}
      linesOf={(report) => linesOf(report, labels)}
      leave={t('holds.leaveAll')}
      main={possible === 0 ? t('holds.many.none') : t('holds.many.act', { answer: words, n: possible })}
      canAct={possible > 0}
      acting={acting}
      onAct={() => void give()}
      onClose={onClose}
    />
  );
}

function linesOf({ answered, written, failed }: WireHoldsAnswer, labels: Labels): readonly string[] {
  return [
    answered === 0 ? t('holds.many.none') : t('holds.many.answered', { n: answered }),
    ...(['A', 'B'] as const).flatMap((side) => {
      const { insert, update, delete: gone } = written[side];
      const n = insert + update + gone;
      return n === 0 ? [] : [t('holds.many.written', { n, side: labels[side] })];
    }),
    ...(failed.length === 0
      ? []
      : [
          t('holds.many.failed', {
            n: failed.length,
            list: failed.map(({ collection, key, why }) => `${collection} ${key.text} (${why})`).join('; '),
          }),
        ]),
  ];
}
