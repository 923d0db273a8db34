import { useState, type ReactNode } from 'react';
import type { WireSetting } from '../../../shared/contract/system-shapes.ts';
import { ButtonLink } from '../../components/button.tsx';
import { Bones, EmptyState } from '../../components/empty.tsx';
import { Select } from '../../components/select.tsx';
import { addresses } from '../../model/addresses.ts';
import { go } from '../../router/location.ts';
import { usePairs } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import { knownSettings, type GroupName } from './groups.ts';
import css from './settings.module.css';
import { Setting } from './setting.tsx';

interface Props {
  readonly title: string;
  readonly note: string | undefined;
  readonly settings: readonly WireSetting[];
  readonly path: string;
  /** Whose settings are shown, of those that belong to a pair. */
  readonly pair: string | undefined;
  readonly group: GroupName | undefined;
}

const order = Object.keys(knownSettings);
const rank = ({ key }: WireSetting): number => (order.includes(key) ? order.indexOf(key) : order.length);

/** Settings that belong together: first those of the whole program, then those of one pair, which is named. */
export function Group({ title, note, settings, path, pair: wanted, group }: Props): ReactNode {
  const known = usePairs();
  const pairs = (known ?? []).map(({ pair: name }) => name);
  const [here, setHere] = useState<string>();
  const pair = [wanted, here].find((name) => name !== undefined && pairs.includes(name)) ?? pairs[0];
  const global = settings.filter((one) => one.pair === '').toSorted((a, b) => rank(a) - rank(b));
  const own = settings.filter((one) => one.pair === pair).toSorted((a, b) => rank(a) - rank(b));
  const isOfPairs = group !== undefined && ['sync', 'conflicts', 'brakes', 'history'].includes(group);
  const choose = (name: string): void => {
    if (group === undefined) setHere(name);
    else go(addresses.settings(group, name));
  };
  return (
    <>
      {global.length === 0 ? null : (
        <section className={css.settingGroup}>
          <h2>{title}</h2>
          <Rows settings={global} path={path} />
        </section>
      )}
      {own.length === 0 || pair === undefined ? null : (
        <section className={css.settingGroup}>
          <div className={css.settingHead}>
            <h2>{title}</h2>
            <Select
              quiet
              label={t('settings.pair')}
              before={t('settings.pair.before')}
              value={pair}
              options={pairs.map((name) => ({ value: name, label: name }))}
              onChange={choose}
            />
          </div>
          <Rows settings={own} path={path} />
          {note === undefined ? null : <p className={`tiny muted ${css.settingNote}`}>{note}</p>}
        </section>
      )}
      {known === null ? <Bones /> : null}
      {isOfPairs && known?.length === 0 ? (
        <EmptyState
          title={t('settings.noPair')}
          actions={<ButtonLink to={addresses.add()}>{t('nav.addPair')}</ButtonLink>}
        >
          {t('settings.noPair.next')}
        </EmptyState>
      ) : null}
    </>
  );
}

const Rows = ({ settings, path }: { readonly settings: readonly WireSetting[]; readonly path: string }): ReactNode => (
  <div className={css.settingList}>
    {settings.map((one) => (
      <Setting key={`${one.pair} ${one.key}`} of={one} path={path} />
    ))}
  </div>
);
