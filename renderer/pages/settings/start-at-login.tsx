import { useEffect, useState, type ReactNode } from 'react';
import { Switch } from '../../components/choice.tsx';
import { desktop } from '../../transport/desktop.ts';
import { t } from '../../text/text.ts';
import css from './settings.module.css';

interface Login {
  readonly on: boolean;
  readonly why: string;
}

/** Only in the desktop program, which can be started by the system. */
export function StartAtLogin(): ReactNode {
  const [login, setLogin] = useState<Login>();
  useEffect(() => {
    void desktop()
      ?.shell('login.get', {})
      .then((outcome) => (outcome.ok ? setLogin(outcome.value as Login) : undefined));
  }, []);
  if (login === undefined) return null;
  const set = async (on: boolean): Promise<void> => {
    const outcome = await desktop()?.shell('login.set', { on });
    if (outcome?.ok === true) setLogin(outcome.value as Login);
  };
  return (
    <div className={css.setting}>
      <strong>{t('settings.login')}</strong>
      <p>
        {t('settings.login.next')} {login.why}
      </p>
      <div className={css.control}>
        <Switch hidden label={t('settings.login')} checked={login.on} onChange={(on) => void set(on)} />
      </div>
    </div>
  );
}
