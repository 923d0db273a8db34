import { useState, type ReactNode } from 'react';
import { Dialog } from '../components/dialog.tsx';
import { Switch } from '../components/choice.tsx';
import { Keys } from '../components/kbd.tsx';
import { Button } from '../components/button.tsx';
import { lettersAreOn, switchLetters } from '../router/keys.ts';
import type { MessageId } from '../text/messages.ts';
import { t } from '../text/text.ts';
import css from './frame.module.css';

/** All keys by where they work; what `?` opens. */
const groups: readonly { readonly title: MessageId; readonly keys: readonly (readonly [string, MessageId])[] }[] = [
  {
    title: 'keys.everywhere',
    keys: [
      ['?', 'keys.all'],
      ['Ctrl+K', 'keys.find'],
      ['Alt+1…5', 'keys.places'],
      ['Ctrl+,', 'keys.settings'],
      ['F6', 'keys.panes'],
      ['Esc', 'keys.close'],
      ['Alt+←', 'keys.back'],
    ],
  },
  {
    title: 'keys.lists',
    keys: [
      ['↑ ↓', 'keys.row'],
      ['Home End', 'keys.ends'],
      ['Enter', 'keys.open'],
      ['Space', 'keys.choose'],
      ['Shift+↓', 'keys.extend'],
      ['Ctrl+A', 'keys.chooseAll'],
      ['/', 'keys.search'],
    ],
  },
  {
    title: 'keys.record',
    keys: [
      ['↑ ↓', 'keys.field'],
      ['1', 'keys.base'],
      ['2', 'keys.here'],
      ['3', 'keys.there'],
      ['E', 'keys.edit'],
      ['N', 'keys.note'],
      ['Alt+↓', 'keys.next'],
      ['Ctrl+Enter', 'keys.write'],
      ['L', 'keys.later'],
      ['T', 'keys.timeline'],
    ],
  },
  {
    title: 'keys.long',
    keys: [
      ['Alt+↓', 'long.nextPlace'],
      ['Ctrl+1', 'keys.base'],
      ['Ctrl+2', 'keys.here'],
      ['Ctrl+3', 'keys.there'],
    ],
  },
  {
    title: 'keys.plan',
    keys: [
      ['X', 'keys.leaveOut'],
      ['Ctrl+Enter', 'keys.apply'],
    ],
  },
  {
    title: 'keys.brake',
    keys: [
      ['← →', 'keys.answer'],
      ['Ctrl+Enter', 'keys.carryOut'],
    ],
  },
  {
    title: 'keys.dialogs',
    keys: [
      ['Esc', 'keys.wayOut'],
      ['Ctrl+Enter', 'keys.main'],
    ],
  },
];

export function KeysDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }): ReactNode {
  const [letters, setLetters] = useState(lettersAreOn);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      wide
      title={t('keys.title')}
      sentence={t('keys.sentence')}
      foot={
        <>
          <Switch
            label={t('keys.letters')}
            help={t('keys.lettersOff')}
            checked={letters}
            onChange={(on) => {
              switchLetters(on);
              setLetters(on);
            }}
          />
          <span className="push" />
          <Button onClick={onClose}>{t('dialog.close')}</Button>
        </>
      }
    >
      <div className={css.keyGroups}>
        {groups.map(({ title, keys }) => (
          <section key={title} className={css.keyGroup}>
            <h3>{t(title)}</h3>
            <dl>
              {keys.map(([key, does]) => (
                <div key={key} className={css.keyRow}>
                  <dt>
                    <Keys of={key} />
                  </dt>
                  <dd>{t(does)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
