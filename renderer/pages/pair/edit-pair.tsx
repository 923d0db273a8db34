import { useRef, useState, type ReactNode } from 'react';
import type { Params } from '../../../shared/contract/calls.ts';
import type { AppErrorBody } from '../../../shared/contract/errors.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import card from '../../components/card.module.css';
import { Field, Input } from '../../components/field.tsx';
import halves from '../../components/halves.module.css';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { tell } from '../../components/toast.tsx';
import { addresses } from '../../model/addresses.ts';
import { splitPassword, withPassword } from '../../model/address-parts.ts';
import { go } from '../../router/location.ts';
import { useModel } from '../../store/hooks.ts';
import { topics } from '../../store/topics.ts';
import { useAsk } from '../../store/use-ask.ts';
import { t } from '../../text/text.ts';
import css from './pair.module.css';
import type { ViewProps } from './page.tsx';

type SideName = 'A' | 'B';

/** Names, addresses and passwords. Another database is said to be a new beginning before anything is changed. */
export function EditPair({ pair }: ViewProps): ReactNode {
  const ask = useAsk();
  const model = useModel();
  const before = {
    name: pair.name,
    labels: { A: pair.a.label, B: pair.b.label },
    urls: { A: pair.a.url, B: pair.b.url },
  };
  const [typed, setTyped] = useState(before);
  const passwords = useRef<Record<SideName, string>>({ A: '', B: '' });
  const [anew, setAnew] = useState<readonly SideName[]>([]);
  const [error, setError] = useState<AppErrorBody>();
  const [busy, setBusy] = useState(false);

  const request = (): Params<'pairs.edit'> => {
    const addressOf = (side: SideName): string | undefined => {
      const { address, password } = splitPassword(typed.urls[side].trim());
      const secret = password ?? passwords.current[side];
      return address === before.urls[side] && secret === '' ? undefined : withPassword(address, secret);
    };
    const [a, b] = [addressOf('A'), addressOf('B')];
    return {
      pair: pair.name,
      ...(a === undefined ? {} : { a }),
      ...(b === undefined ? {} : { b }),
      ...(typed.labels.A === before.labels.A ? {} : { nameA: typed.labels.A }),
      ...(typed.labels.B === before.labels.B ? {} : { nameB: typed.labels.B }),
    };
  };

  const save = async (agreed: boolean): Promise<void> => {
    setBusy(true);
    setError(undefined);
    const failed = await change(agreed);
    setError(failed);
    setBusy(false);
    model.touch(topics);
  };

  const change = async (agreed: boolean): Promise<AppErrorBody | undefined> => {
    const edit = request();
    if (!agreed && (edit.a !== undefined || edit.b !== undefined)) {
      const look = await ask('pairs.edit', { ...edit, dryRun: true });
      if (look.error !== undefined) return look.error;
      setAnew(look.data.newBeginning);
      if (look.data.newBeginning.length > 0) return undefined;
    }
    if (Object.keys(edit).length > 1) {
      const edited = await ask('pairs.edit', edit);
      if (edited.error !== undefined) return edited.error;
    }
    passwords.current = { A: '', B: '' };
    if (typed.name !== before.name) {
      const renamed = await ask('pairs.rename', { pair: pair.name, name: typed.name });
      if (renamed.error !== undefined) return renamed.error;
    }
    tell({ text: t('pair.edit.done', { pair: typed.name }) });
    go(addresses.pair(typed.name));
    return undefined;
  };

  const [first] = anew;
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        void save(false);
      }}
    >
      <h2>{t('pair.edit.title', { pair: pair.name })}</h2>
      <Field label={t('pair.edit.name')} help={t('add.name.help')}>
        <Input value={typed.name} onChange={({ target }) => setTyped((last) => ({ ...last, name: target.value }))} />
      </Field>
      <div className={halves.duel}>
        {(['A', 'B'] as const).map((side) => (
          <section className={card.card} key={side} aria-label={before.labels[side]}>
            <div className={card.cardHead}>{before.labels[side]}</div>
            <div className={card.cardBody}>
              <div className="stack">
                <Field label={t('pair.edit.sideName')}>
                  <Input
                    value={typed.labels[side]}
                    onChange={({ target }) =>
                      setTyped((last) => ({ ...last, labels: { ...last.labels, [side]: target.value } }))
                    }
                  />
                </Field>
                <Field label={t('add.address')}>
                  <Input
                    mono
                    value={typed.urls[side]}
                    onChange={({ target }) => {
                      setAnew([]);
                      setTyped((last) => ({ ...last, urls: { ...last.urls, [side]: target.value } }));
                    }}
                  />
                </Field>
                {typed.urls[side].startsWith('mongodb') ? (
                  <Field label={t('add.password')} help={t('pair.edit.password.help')}>
                    <Input
                      type="password"
                      onChange={({ target }) => {
                        passwords.current[side] = target.value;
                      }}
                    />
                  </Field>
                ) : null}
              </div>
            </div>
          </section>
        ))}
      </div>
      {error === undefined ? null : <ErrorNotice error={error} />}
      {first === undefined ? null : (
        <Notice
          mark="wait"
          title={t('pair.edit.anew', { side: anew.map((side) => typed.labels[side]).join(', ') })}
          actions={
            <Button size="small" disabled={busy} onClick={() => void save(true)}>
              {t('pair.edit.anew.do', { side: typed.labels[first] })}
            </Button>
          }
        >
          <p>{t('pair.edit.anew.next')}</p>
        </Notice>
      )}
      <div className="row">
        <Button kind="primary" type="submit" disabled={busy || first !== undefined}>
          {t('pair.edit.save')}
        </Button>
        <ButtonLink kind="quiet" to={addresses.pair(pair.name)}>
          {t('pair.edit.no')}
        </ButtonLink>
      </div>
    </form>
  );
}
