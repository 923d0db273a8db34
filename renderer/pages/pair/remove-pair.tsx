import { useState, type ReactNode } from 'react';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Checkbox } from '../../components/choice.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { tell } from '../../components/toast.tsx';
import { addresses } from '../../model/addresses.ts';
import { sideName } from '../../model/side.ts';
import { go } from '../../router/location.ts';
import { useAct } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import css from './pair.module.css';
import type { ViewProps } from './page.tsx';
import { addedTo } from './ways.ts';

/** Says exactly what happens to what before a pair is removed. Both databases stay. */
export function RemovePair({ status, pair }: ViewProps): ReactNode {
  const { pair: name, a, b } = status;
  const [purge, setPurge] = useState(false);
  const [unstamp, setUnstamp] = useState(false);
  const { act, busy, error } = useAct();
  const added = [...new Set([...addedTo('A', pair), ...addedTo('B', pair)])];
  const remove = async (): Promise<void> => {
    const done = await act('pairs.remove', { pair: name, purge, ...(unstamp ? { unstamp } : {}) });
    if (done === undefined) return;
    go(addresses.overview());
    tell({ text: [t('pair.remove.done', { pair: name }), ...done.notes].join(' ') });
  };
  return (
    <section className={css.form} aria-labelledby="remove">
      <h2 id="remove">{t('pair.remove.title', { pair: name })}</h2>
      <ul className={css.plain}>
        <li>{t('pair.remove.databases', { a: sideName(a), b: sideName(b) })}</li>
        <li>{t('pair.remove.sync')}</li>
        <li>
          {added.length === 0 ? t('pair.remove.addedNothing') : t('pair.remove.added', { list: added.join('; ') })}
        </li>
        <li>{t('pair.remove.password')}</li>
        <li>{purge ? t('pair.remove.purged') : t('pair.remove.kept', { n: status.conflicts.open })}</li>
      </ul>
      <Checkbox label={t('pair.remove.purge')} checked={purge} onChange={setPurge} />
      {pair.options.stamp ? (
        <Checkbox label={t('pair.remove.unstamp', { a: a.label })} checked={unstamp} onChange={setUnstamp} />
      ) : null}
      {error === undefined ? null : <ErrorNotice error={error} />}
      <div className="row">
        <ButtonLink to={addresses.pair(name)}>{t('pair.remove.no')}</ButtonLink>
        <Button kind="danger" disabled={busy} onClick={() => void remove()}>
          {t('pair.remove.do', { pair: name })}
        </Button>
      </div>
    </section>
  );
}
