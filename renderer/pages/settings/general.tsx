import { useState, type ReactNode } from 'react';
import { Segmented, Switch } from '../../components/choice.tsx';
import { lettersAreOn, switchLetters } from '../../router/keys.ts';
import { chosenTheme, chooseTheme, themes } from '../../store/theme.ts';
import { t } from '../../text/text.ts';
import { StartAtLogin } from './start-at-login.tsx';
import css from './settings.module.css';

/** What concerns this window and no database. */
export function General(): ReactNode {
  const [theme, setTheme] = useState(chosenTheme);
  const [letters, setLetters] = useState(lettersAreOn);
  return (
    <section className={css.settingGroup}>
      <h2>{t('settings.group.general')}</h2>
      <div className={css.settingList}>
        <StartAtLogin />
        <div className={css.setting}>
          <strong>{t('settings.look')}</strong>
          <p>{t('settings.look.next')}</p>
          <div className={css.control}>
            <Segmented
              label={t('settings.look')}
              value={theme}
              segments={themes.map((value) => ({ value, label: t(`settings.look.${value}`) }))}
              onChange={(chosen) => {
                chooseTheme(chosen);
                setTheme(chosen);
              }}
            />
          </div>
        </div>
        <div className={css.setting}>
          <strong>{t('settings.letters')}</strong>
          <p>{t('settings.letters.next')}</p>
          <div className={css.control}>
            <Switch
              hidden
              label={t('settings.letters')}
              checked={letters}
              onChange={(on) => {
                switchLetters(on);
                setLetters(on);
              }}
            />
          </div>
        </div>
      </div>
    </section>
  );
}
