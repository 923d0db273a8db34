import { ArrowLeftRight } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Button, ButtonLink } from '../../components/button.tsx';
import field from '../../components/field.module.css';
import { Field, Input } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { PageBody, PageFoot } from '../../components/page.tsx';
import { addresses } from '../../model/addresses.ts';
import { go } from '../../router/location.ts';
import { usePairs } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import css from './add.module.css';
import { sides, type SideName } from './draft.ts';
import { withHint } from './hints.ts';
import type { StepProps } from './page.tsx';
import { SideCard } from './side-card.tsx';
import { ThreeParts } from './three-parts.tsx';
import type { Adding } from './use-add.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** What is missing before anything is asked, by field; the other faults come from the databases. */
function missingOf(
  { draft }: Adding,
  names: readonly string[],
  isPair: boolean,
): Partial<Record<SideName | 'name', string>> {
  const found: Partial<Record<SideName | 'name', string>> = {};
  for (const side of sides) {
    const values = { side: t(`add.side.${side}`) };
    if (draft.kinds[side] === null) found[side] = t('add.kind.missing', values);
    else if (draft.addresses[side].trim() === '') found[side] = t('add.address.missing', values);
  }
  if (found.B === undefined && draft.addresses.A.trim() === draft.addresses.B.trim()) found.B = t('add.same');
  if (isPair && !NAME.test(draft.name)) found.name = t('add.name.bad');
  else if (isPair && names.includes(draft.name)) found.name = t('add.name.taken', { name: draft.name });
  return found;
}

/** What the two are and where they stand. */
export function StepSides({ adding, only }: StepProps): ReactNode {
  const { draft, fault, change, setFault } = adding;
  const [asked, setAsked] = useState(false);
  const names = (usePairs() ?? []).map(({ pair }) => pair);
  const missing = asked ? missingOf(adding, names, only === undefined) : {};
  const errorOf = (at: SideName | 'name'): ReactNode =>
    missing[at] ?? (fault?.field === at ? <ThreeParts of={withHint(fault.error)} /> : undefined);

  const goOn = (): void => {
    setAsked(true);
    for (const side of sides) adding.settleAddress(side);
    setFault(undefined);
    if (Object.keys(missingOf(adding, names, only === undefined)).length > 0) return;
    if (only === 'compare') change({ name: `compared-${Date.now().toString(36)}` });
    go(addresses.add(2, only));
  };

  return (
    <>
      <PageBody>
        <form
          className={css.flow}
          id="sides"
          onSubmit={(event) => {
            event.preventDefault();
            goOn();
          }}
        >
          <div className="stackTight">
            <h2 className={css.flowTitle}>{t(only === undefined ? 'add.title' : 'add.compare.title')}</h2>
            <p className="muted">{t(only === undefined ? 'add.promise' : 'add.compare.promise')}</p>
          </div>
          <div className={css.twoSides}>
            <SideCard side="A" adding={adding} error={errorOf('A')} />
            <div className={css.twoSidesLink}>
              <Icon of={ArrowLeftRight} size="large" />
            </div>
            <SideCard side="B" adding={adding} error={errorOf('B')} />
          </div>
          {only === undefined ? (
            <Field className={field.fieldShort} label={t('add.name')} help={t('add.name.help')} error={errorOf('name')}>
              <Input
                value={draft.name}
                onChange={({ target }) => {
                  change({ name: target.value });
                  setFault(undefined);
                }}
              />
            </Field>
          ) : null}
          <button type="submit" hidden aria-hidden="true" />
        </form>
      </PageBody>
      <PageFoot>
        <span className="push" />
        <ButtonLink kind="quiet" to={addresses.overview()}>
          {t('add.cancel')}
        </ButtonLink>
        <Button kind="primary" type="submit" form="sides">
          {t('add.test')}
        </Button>
      </PageFoot>
    </>
  );
}
