import { Cloud, File, Laptop, Leaf } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { RadioGroup } from '../../components/choice.tsx';
import { Button } from '../../components/button.tsx';
import { Field, Input } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { sideKinds } from '../../model/address-parts.ts';
import { canPickFile, pickFile } from '../../transport/pick-file.ts';
import { t } from '../../text/text.ts';
import css from './add.module.css';
import type { SideName } from './draft.ts';
import { KindCard } from './kind-card.tsx';
import type { Adding } from './use-add.ts';

const icons = { mongodb: Leaf, sqlite: File } as const;

/** One of the two: what it is, where it stands, and what is the matter with it. */
export function SideCard({
  side,
  adding,
  error,
}: {
  readonly side: SideName;
  readonly adding: Adding;
  readonly error: ReactNode;
}): ReactNode {
  const { draft, change } = adding;
  const label = t(`add.side.${side}`);
  const kind = draft.kinds[side];
  return (
    <section className={css.sideCard} aria-labelledby={`side${side}`}>
      <h3 className={css.sideTitle} id={`side${side}`}>
        <Icon of={side === 'A' ? Laptop : Cloud} />
        {label}
      </h3>
      <RadioGroup
        className={css.kinds}
        label={t('add.kindOf', { side: label })}
        value={kind}
        onChange={(chosen) => change({ kinds: { ...draft.kinds, [side]: chosen } })}
      >
        {sideKinds.map((one) => (
          <KindCard
            key={one}
            value={one}
            icon={icons[one]}
            title={t(`add.kind.${one}`)}
            sentence={t(`add.kind.${one}.${side}`)}
          />
        ))}
      </RadioGroup>
      {kind === null ? (
        error === undefined ? null : (
          <p className="small" role="alert">
            {error}
          </p>
        )
      ) : kind === 'sqlite' ? (
        <FileField side={side} adding={adding} error={error} />
      ) : (
        <ServerFields side={side} adding={adding} error={error} />
      )}
    </section>
  );
}

interface FieldsProps {
  readonly side: SideName;
  readonly adding: Adding;
  readonly error: ReactNode;
}

/** In the desktop program a file is picked; in a browser nobody but the engine sees its files, so its path is typed. */
export function FileField({
  side,
  adding,
  error,
  mends = false,
}: FieldsProps & { readonly mends?: boolean }): ReactNode {
  const { draft, settleAddress } = adding;
  const typeAddress = mends ? adding.editAddress : adding.typeAddress;
  const pick = async (): Promise<void> => {
    const path = await pickFile(t('add.file.pick', { side: t(`add.side.${side}`) }));
    if (path !== null) typeAddress(side, path);
  };
  return (
    <Field label={t('add.file')} help={t('add.file.help')} error={error}>
      <div className="row">
        <Input
          mono
          value={draft.addresses[side]}
          onChange={({ target }) => typeAddress(side, target.value)}
          onBlur={() => settleAddress(side)}
        />
        {canPickFile() ? <Button onClick={() => void pick()}>{t('add.file.choose')}</Button> : null}
      </div>
    </Field>
  );
}

/** A password never stays in the address, where it would be read. */
function ServerFields({ side, adding, error }: FieldsProps): ReactNode {
  const { draft, typeAddress, settleAddress, typePassword, passwordOf } = adding;
  const [moved, setMoved] = useState(0);
  return (
    <>
      <Field label={t('add.address')} help={t(`add.address.${side}`)} error={error}>
        <Input
          mono
          value={draft.addresses[side]}
          onChange={({ target }) => typeAddress(side, target.value)}
          onBlur={() => (settleAddress(side) ? setMoved(moved + 1) : undefined)}
        />
      </Field>
      <Field label={t('add.password')} help={moved > 0 ? t('add.password.moved') : t('add.password.help')}>
        <Input
          key={moved}
          type="password"
          autoComplete="off"
          defaultValue={passwordOf(side)}
          onChange={({ target }) => typePassword(side, target.value)}
        />
      </Field>
    </>
  );
}
