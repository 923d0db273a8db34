import type { ReactNode } from 'react';
import { useKeys } from '../router/keys.ts';
import type { Acting, Loaded } from '../store/hooks.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Shown } from './empty.tsx';
import { ErrorNotice } from './notice.tsx';

interface EffectProps<T> {
  readonly title: string;
  readonly sentence: string;
  readonly effect: Loaded<T>;
  /** What it would do, in sentences. */
  readonly linesOf: (effect: T) => readonly string[];
  /** The way out that changes nothing. */
  readonly leave: string;
  readonly main: string;
  readonly canAct: boolean;
  readonly acting: Pick<Acting, 'busy' | 'error'>;
  readonly onAct: () => void;
  readonly onClose: () => void;
}

/** Says what something would do before it is done; Esc changes nothing. */
export function EffectDialog<T>(props: EffectProps<T>): ReactNode {
  const { title, sentence, effect, linesOf, leave, main, acting, onAct, onClose } = props;
  const isReady = props.canAct && !acting.busy;
  useKeys({ 'Ctrl+Enter': () => (isReady ? onAct() : undefined) }, { inDialogs: true });
  return (
    <Dialog
      open
      alert
      onClose={onClose}
      title={title}
      sentence={sentence}
      foot={
        <>
          <Button onClick={onClose}>{leave}</Button>
          <span className="push" />
          <Button kind="primary" disabled={!isReady} onClick={onAct}>
            {main}
          </Button>
        </>
      }
    >
      {acting.error === undefined ? null : <ErrorNotice error={acting.error} />}
      <Shown of={effect} rows={2}>
        {(report) => (
          <ul className="stack small" aria-live="polite">
            {linesOf(report).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
      </Shown>
    </Dialog>
  );
}
