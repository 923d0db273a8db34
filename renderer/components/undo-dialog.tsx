import type { ReactNode } from 'react';
import type { WireUndo } from '../../shared/contract/run-shapes.ts';
import { useAct, useCall } from '../store/hooks.ts';
import { useLabels, type Labels } from '../store/use-labels.ts';
import { t } from '../text/text.ts';
import { EffectDialog } from './effect-dialog.tsx';
import { tell } from './toast.tsx';

interface UndoProps {
  readonly pair: string;
  readonly run: number;
  readonly onClose: () => void;
}

/** Says what undoing a run would do before it is done; Esc changes nothing. */
export function UndoDialog({ pair, run, onClose }: UndoProps): ReactNode {
  const effect = useCall('runs.undo', { pair, run, dryRun: true });
  const acting = useAct();
  const labels = useLabels(pair);
  const restored = effect.data?.restored ?? 0;
  const undo = async (): Promise<void> => {
    const report = await acting.act('runs.undo', { pair, run });
    if (report === undefined) return;
    tell({ text: t('undo.done', { n: report.restored, run }) });
    onClose();
  };
  return (
    <EffectDialog
      title={t('undo.title', { run })}
      sentence={t('undo.sentence', { pair })}
      effect={effect}
      linesOf={(report) => effectLines(report, labels)}
      leave={t('undo.leave')}
      main={restored === 0 ? t('undo.nothing') : t('undo.act', { n: restored })}
      canAct={restored > 0}
      acting={acting}
      onAct={() => void undo()}
      onClose={onClose}
    />
  );
}

/** What an undo does, or did, in sentences. */
export function effectLines(report: WireUndo, labels: Labels): readonly string[] {
  const { restored, kept, resting, leftOnHold, refused, inPart, without } = report;
  const written = (side: 'A' | 'B'): number => {
    const { insert, update, delete: gone } = report.written[side];
    return insert + update + gone;
  };
  return [
    t('undo.effect.restored', { n: restored }),
    ...(['A', 'B'] as const).flatMap((side) =>
      written(side) > 0 ? [t('undo.effect.written', { n: written(side), side: labels[side] })] : [],
    ),
    ...(kept > 0 ? [t('undo.effect.kept', { n: kept })] : []),
    ...(resting > 0 ? [t('undo.effect.resting', { n: resting })] : []),
    ...(leftOnHold > 0 ? [t('undo.effect.leftOnHold', { n: leftOnHold })] : []),
    ...inPart.map(({ collection, key, side, why }) =>
      t('undo.effect.inPart', { record: `${collection} ${key.text}`, side: labels[side], why }),
    ),
    ...without.map(({ collection, side, fields, records }) =>
      t('undo.effect.without', { n: records, collection, side: labels[side], fields: fields.join(', ') }),
    ),
    ...refused.map(({ collection, key, why }) =>
      t('undo.effect.refused', { record: `${collection} ${key.text}`, why }),
    ),
  ];
}
