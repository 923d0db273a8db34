import { useId, useState, type ReactNode } from 'react';
import type { WirePair } from '../../../shared/contract/pair-shapes.ts';
import type { WireRuleTrial } from '../../../shared/contract/window-shapes.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field, Input } from '../../components/field.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { Select } from '../../components/select.tsx';
import { tell } from '../../components/toast.tsx';
import { useAct, useCall } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import { wayOf } from './ways.ts';

const policies = ['ask', 'local', 'remote', 'newest', 'edit-wins'] as const;
type Policy = (typeof policies)[number];
type Collection = WirePair['collections'][number];

interface Props {
  readonly pair: WirePair;
  readonly collection: Collection;
}

/** Who wins where both sides changed one field. Another rule is tried on what was decided before, and only then set. */
export function CollectionRule({ pair, collection }: Props): ReactNode {
  const [wanted, setWanted] = useState<Policy>();
  const label = t('pair.rules.policyOf', { collection: collection.name });
  const now: Policy = collection.policy ?? 'ask';
  return (
    <>
      <Select
        quiet
        label={label}
        value={now}
        options={policies.map((value) => ({ value, label: t(`pair.rules.policy.${value}`, wayOf(pair)) }))}
        onChange={(value) => (value === now ? undefined : setWanted(value))}
      />
      {wanted === undefined ? null : (
        <Trial pair={pair} collection={collection} wanted={wanted} onClose={() => setWanted(undefined)} />
      )}
    </>
  );
}

interface TrialProps extends Props {
  readonly wanted: Policy;
  readonly onClose: () => void;
}

function Trial({ pair, collection, wanted, onClose }: TrialProps): ReactNode {
  const { name } = collection;
  const [newestBy, setNewestBy] = useState(collection.newestBy ?? '');
  const form = useId();
  const { act, busy, error } = useAct();
  const lacksField = wanted === 'newest' && newestBy.trim() === '';
  const rule = { policy: wanted, ...(wanted === 'newest' ? { newestBy } : {}) };
  const tried = useCall(lacksField ? null : 'rules.try', { pair: pair.name, collection: name, rule });
  const use = async (): Promise<void> => {
    const key = `collections.${name}`;
    const values = {
      [`${key}.policy`]: wanted,
      ...(wanted === 'newest' ? { [`${key}.newestBy`]: newestBy.trim() } : {}),
    };
    if ((await act('config.set', { pair: pair.name, values })) === undefined) return;
    tell({ text: t('pair.rules.set', { collection: name }) });
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('pair.rules.title', { collection: name })}
      sentence={`${t('pair.rules.policy')}: ${t(`pair.rules.policy.${wanted}`, wayOf(pair))}`}
      foot={
        <>
          <span className="push" />
          <Button kind="quiet" onClick={onClose}>
            {t('pair.rules.no')}
          </Button>
          <Button kind="primary" type="submit" form={form} disabled={busy || lacksField}>
            {t('pair.rules.use', { collection: name })}
          </Button>
        </>
      }
    >
      <form
        className="stack"
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!lacksField) void use();
        }}
      >
        {wanted === 'newest' ? (
          <Field label={t('pair.rules.newestBy')} help={t('pair.rules.newestBy.none')}>
            <Input mono value={newestBy} onChange={({ target }) => setNewestBy(target.value)} />
          </Field>
        ) : null}
        <p className="small" role="status">
          {tried.data === undefined ? tried.error?.message : trialText(name, tried.data)}
        </p>
        {error === undefined ? null : <ErrorNotice error={error} />}
      </form>
    </Dialog>
  );
}

function trialText(collection: string, { tried, same, other, asks }: WireRuleTrial): string {
  if (tried === 0) return t('pair.rules.untried', { collection });
  return t('pair.rules.tried', { n: tried, same, other, asks });
}
