import { History, MessageSquare } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { Button, ButtonLink } from '../../components/button.tsx';
import { TextArea, Field } from '../../components/field.tsx';
import { HintBar } from '../../components/kbd.tsx';
import { Menu, type MenuEntry } from '../../components/menu.tsx';
import { State } from '../../components/state-icon.tsx';
import { t } from '../../text/text.ts';
import css from './record.module.css';

interface FootProps {
  /** What is still missing; `undefined`: everything is decided. */
  readonly missing: string | undefined;
  readonly done: string;
  readonly button: string;
  readonly busy: boolean;
  readonly onWrite: () => void;
  readonly onLater: () => void;
  readonly timeline: string;
  readonly sides: readonly MenuEntry[];
  readonly notes: string;
  readonly noting: boolean;
  readonly onNote: (text: string) => void;
  readonly onNoting: () => void;
  readonly hints: readonly (readonly [string, string])[];
}

/** What is missing, and the buttons; the main one says why it cannot be pressed yet. */
export function RecordFoot(props: FootProps): ReactNode {
  const { missing, done, button, busy, onWrite, onLater, timeline, sides, notes, noting, onNote, onNoting, hints } =
    props;
  const note = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (noting) note.current?.focus();
  }, [noting]);
  return (
    <footer className={css.recordFoot}>
      {noting || notes !== '' ? (
        <Field label={t('record.note')} help={t('record.note.help')}>
          <TextArea ref={note} value={notes} onChange={({ target }) => onNote(target.value)} />
        </Field>
      ) : null}
      <div className="row wrap">
        <State mark={missing === undefined ? 'step' : 'wait'} live>
          {missing ?? done}
        </State>
        <span className="push" />
        <ButtonLink kind="quiet" icon={History} iconOnly={t('record.timeline')} to={timeline} />
        {noting || notes !== '' ? null : (
          <Button kind="quiet" icon={MessageSquare} onClick={onNoting}>
            {t('record.addNote')}
          </Button>
        )}
        <Button kind="quiet" onClick={onLater}>
          {t('record.later')}
        </Button>
        {sides.length === 0 ? null : <Menu trigger={<Button>{t('record.takeSide')}</Button>} entries={sides} />}
        <Button kind="primary" disabled={missing !== undefined || busy} onClick={onWrite} title={missing}>
          {button}
        </Button>
      </div>
      <HintBar hints={hints} />
    </footer>
  );
}
