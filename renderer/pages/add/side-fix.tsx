import type { ReactNode } from 'react';
import { Checkbox } from '../../components/choice.tsx';
import { Field, Input } from '../../components/field.tsx';
import { Notice } from '../../components/notice.tsx';
import type { ErrorCode } from '../../../shared/contract/errors.ts';
import type { WireAddressTest } from '../../../shared/contract/window-shapes.ts';
import { userOf, withUser } from '../../model/address-parts.ts';
import { t } from '../../text/text.ts';
import css from './add.module.css';
import type { SideName } from './draft.ts';
import { withHint } from './hints.ts';
import { FileField } from './side-card.tsx';
import type { Adding } from './use-add.ts';

/** What failed on one side, what is fine so far, and the fields that mend it. */
export function SideFix({ side, adding }: { readonly side: SideName; readonly adding: Adding }): ReactNode {
  const test = adding.tests[side];
  if (test.state === 'failed')
    return (
      <Notice mark="stop" title={test.error.message}>
        <p>
          {test.error.next} {test.error.hint}
        </p>
        <Mending side={side} adding={adding} />
      </Notice>
    );
  if (test.state !== 'tested' || test.test.error === null) return null;
  const { message, hint, code } = withHint({ ...test.test.error, code: test.test.error.code as ErrorCode });
  return (
    <Notice mark="stop" title={message}>
      <p>
        {fineSoFar(test.test)} {t('add.diag.nothing')} {hint}
      </p>
      <Mending side={side} adding={adding} />
      {code === 'file-missing' ? <MakeFile side={side} adding={adding} /> : null}
    </Notice>
  );
}

/** What was ruled out shortens the search. */
function fineSoFar({ checks }: WireAddressTest): string {
  const fine = checks.filter(({ state }) => state === 'ok').map(({ check }) => t(`add.check.${check}`).toLowerCase());
  return fine.length === 0 ? '' : t('add.diag.fine', { list: fine.join(', ') });
}

interface Props {
  readonly side: SideName;
  readonly adding: Adding;
}

function Mending({ side, adding }: Props): ReactNode {
  const { draft, testSide } = adding;
  return (
    <form
      className={css.fix}
      onSubmit={(event) => {
        event.preventDefault();
        adding.settleAddress(side);
        void testSide(side);
      }}
    >
      {draft.kinds[side] === 'mongodb' ? (
        <ServerFix side={side} adding={adding} />
      ) : (
        <div className={css.fixWide}>
          <FileField side={side} adding={adding} error={undefined} mends />
        </div>
      )}
      <button type="submit" hidden aria-hidden="true" />
    </form>
  );
}

function ServerFix({ side, adding }: Props): ReactNode {
  const { draft, editAddress, editPassword, passwordOf } = adding;
  const address = draft.addresses[side];
  const user = userOf(address);
  return (
    <>
      <Field className={css.fixWide} label={t('add.address')}>
        <Input
          mono
          value={address}
          onChange={({ target }) => editAddress(side, target.value)}
          onBlur={() => adding.settleAddress(side)}
        />
      </Field>
      <Field label={user === '' ? t('add.password') : t('add.passwordOf', { user })}>
        <Input
          type="password"
          autoComplete="off"
          defaultValue={passwordOf(side)}
          onChange={({ target }) => editPassword(side, target.value)}
        />
      </Field>
      <Field label={t('add.user')}>
        <Input value={user} onChange={({ target }) => editAddress(side, withUser(address, target.value))} />
      </Field>
    </>
  );
}

function MakeFile({ side, adding: { draft, change } }: Props): ReactNode {
  return (
    <p>
      <Checkbox
        label={t('add.make')}
        checked={draft.make[side]}
        onChange={(make) => change((last) => ({ make: { ...last.make, [side]: make } }))}
      />{' '}
      <span className="muted">{t('add.make.help')}</span>
    </p>
  );
}
