import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WireSetting } from '../../../shared/contract/system-shapes.ts';
import { Button } from '../../components/button.tsx';
import chip from '../../components/chip.module.css';
import { Icon } from '../../components/icon.tsx';
import { tell } from '../../components/toast.tsx';
import { useAct } from '../../store/hooks.ts';
import { number } from '../../text/numbers.ts';
import { t } from '../../text/text.ts';
import { knownSettings, type Control } from './groups.ts';
import { SettingControl, type Json } from './setting-control.tsx';
import css from './settings.module.css';

/** One setting: what it does, its key, its default, where its value comes from, and how it is set. */
export function Setting({ of: one, path }: { readonly of: WireSetting; readonly path: string }): ReactNode {
  const { key, description, origin, pair } = one;
  const { act, busy, error, clear } = useAct();
  const known = knownSettings[key];
  const title = known === undefined ? key : t(known.title);
  const control = known?.control ?? controlFor(one);
  const isLocked = origin === 'env';
  const set = async (value: Json): Promise<boolean> => {
    const done = await act('config.set', { ...(pair === '' ? {} : { pair }), values: { [key]: value } });
    if (done !== undefined) tell({ text: t('settings.done', { title }) });
    return done !== undefined;
  };
  return (
    <div className={css.setting} role="group" aria-label={title}>
      <strong>{title}</strong>
      <p>
        <Described text={description} />
      </p>
      <p className={css.settingFacts}>
        <span className="mono">{key}</span>
        <span>{t('settings.default', { value: shown(one.default, control) })}</span>
        {isLocked ? (
          <span className={chip.chip}>
            <Icon of={Lock} size="small" />
            {t('settings.origin.env')}
          </span>
        ) : (
          <span>{t(`settings.origin.${origin}`, { path: path.split(/[\\/]/).at(-1) ?? path })}</span>
        )}
        {isLocked ? <span>{t('settings.locked')}</span> : null}
        {!isLocked && JSON.stringify(one.value) !== JSON.stringify(one.default) ? (
          <Button
            kind="link"
            size="small"
            disabled={busy}
            aria-label={t('settings.resetName', { title })}
            onClick={() => void set(one.default)}
          >
            {t('settings.reset')}
          </Button>
        ) : null}
      </p>
      {error === undefined ? null : (
        <p className={css.settingError} role="alert">
          <strong>{error.message}</strong> {error.next} {error.hint}
        </p>
      )}
      <div className={css.control}>
        <SettingControl
          key={JSON.stringify(one.value)}
          title={title}
          control={control}
          value={one.value}
          disabled={isLocked || busy}
          onSet={set}
          onType={clear}
        />
      </div>
    </div>
  );
}

/** A setting that this window does not know yet is set by what its value looks like. */
function controlFor({ default: fallback }: WireSetting): Control {
  if (typeof fallback === 'boolean') return { kind: 'switch' };
  return { kind: Array.isArray(fallback) ? 'list' : 'text' };
}

function shown(value: Json, control: Control): string {
  if (value === null) return t('settings.none.value');
  if (typeof value === 'boolean') return t(value ? 'settings.on' : 'settings.off');
  if (typeof value === 'number') {
    const unit = control.kind === 'number' ? ` ${t(`settings.unit.${control.unit}`)}` : '';
    return `${number(value)}${unit}`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What stands between backticks is written as code. */
const Described = ({ text }: { readonly text: string }): ReactNode =>
  text.split('`').map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part));
