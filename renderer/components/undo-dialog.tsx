import type { ReactNode } from 'react';
import type { WireUndo } from '../../shared/contract/run-shapes.ts';
import { useAct, useCall } from '../store/hooks.ts';
import { useKeys } from '../router/keys.ts';
import { useLabels, type Labels } from '../store/use-labels.ts';
import { t } from '../text/text.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Shown } from './empty.tsx';
import { ErrorNotice } from './notice.tsx';
import { tell } from './toast.tsx';

interface UndoProps {
  readonly pair: string;
  readonly run: number;
  readonly onClose: () => void;
}

/** Says what undoing a run would do before it is done; Esc changes nothing. */
export function UndoDialog({ pair, run, onClose }: UndoProps): ReactNode {
  const effect = useCall('runs.undo', { pair, run, dryRun: true });
  const { act, busy, error } = useAct();
  const labels = useLabels(pair);
  const restored = effect.data?.restored ?? 0;
  const undo = async (): Promise<void> => {
    if (restored === 0 || busy) return;
    const report = await act('runs.undo', { pair, run });
    if (report === undefined) return;
    tell({ text: t('undo.done', { n: report.restored, run }) });
    onClose();
  };
  useKeys({ 'Ctrl+Enter': () => void undo() }, { inDialogs: true });
  return (
    <Dialog
      open
      alert
      onClose={onClose}
      title={t('undo.title', { run })}
      sentence={t('undo.sentence', { pair })}
      foot={
        <>
          <Button onClick={onClose}>{t('undo.leave')}</Button>
          <span className="push" />
          <Button kind="primary" disabled={busy || restored === 0} onClick={() => void undo()}>
            {restored === 0 ? t('undo.nothing') : t('undo.act', { n: restored })}
          </Button>
        </>
      }
    >
      {error === undefined ? null : <ErrorNotice error={error} />}
      <Shown of={effect} rows={2}>
        {(report) => (
          <ul className="stack small" aria-live="polite">
            {effectLines(report, labels).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
      </Shown>
    </Dialog>
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
