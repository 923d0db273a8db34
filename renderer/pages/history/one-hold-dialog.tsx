import type { ReactNode } from 'react';
import type { WireHold, WireHoldChoice } from '../../../shared/contract/conflict-shapes.ts';
import { Button } from '../../components/button.tsx';
import { Change } from '../../components/change.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { tell } from '../../components/toast.tsx';
import { differing, fieldOf, type State } from '../../model/records.ts';
import { useKeys } from '../../router/keys.ts';
import { useAct } from '../../store/hooks.ts';
import { useLabels } from '../../store/use-labels.ts';
import { t } from '../../text/text.ts';
import { answerText, listed, recordText } from './hold-words.ts';

export interface OneChoice {
  readonly hold: WireHold;
  readonly choice: WireHoldChoice;
}

/** How a record would stand on both sides with this answer, before it is given. */
export function OneHoldDialog({
  choice: { hold, choice },
  onClose,
}: {
  readonly choice: OneChoice;
  readonly onClose: () => void;
}): ReactNode {
  const { pair, collection, key, generation, along } = hold;
  const { answer } = choice;
  const labels = useLabels(pair);
  const { act, busy, error } = useAct();
  const words = answerText(answer, labels);
  const record = recordText(hold);
  const give = async (): Promise<void> => {
    if (busy) return;
    const done = await act('holds.answer', { pair, collection, key: { hex: key.hex }, answer, generation });
    if (done === undefined) return;
    tell({ text: t('holds.done', { record, answer: words.toLowerCase() }) });
    onClose();
  };
  useKeys({ 'Ctrl+Enter': () => void give() }, { inDialogs: true });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('holds.ask', { answer: words, record })}
      sentence={t(answer === 'keep-apart' ? 'holds.askApart' : 'holds.askNext')}
      foot={
        <>
          <Button onClick={onClose}>{t('holds.leave')}</Button>
          <span className="push" />
          <Button kind="primary" disabled={busy} onClick={() => void give()}>
            {words}
          </Button>
        </>
      }
    >
      <div className="stack small">
        {error === undefined ? null : <ErrorNotice error={error} />}
        <Becomes label={labels.A} before={hold.local} after={choice.local} />
        <Becomes label={labels.B} before={hold.remote} after={choice.remote} />
        {answer !== 'send-again' || along.length === 0 ? null : (
          <p>{t('holds.along', { n: along.length, list: listed(along) })}</p>
        )}
      </div>
    </Dialog>
  );
}

const Becomes = ({
  label,
  before,
  after,
}: {
  readonly label: string;
  readonly before: State;
  readonly after: State;
}): ReactNode => {
  const fields = differing(before, after);
  return (
    <div className="stackTight">
      <p className="medium">{label}</p>
      {fields.length === 0 ? <p className="faint">{t('holds.stays')}</p> : null}
      {after === null && before !== null ? <p>{t('holds.deleted')}</p> : null}
      {fields.map((field) => (
        <Change key={field} field={field} before={fieldOf(before, field)} after={fieldOf(after, field)} />
      ))}
    </div>
  );
};
