import type { ReactNode } from 'react';
import type { Params } from '../../../shared/contract/calls.ts';
import type { WireRuleTrial } from '../../../shared/contract/window-shapes.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Bones } from '../../components/empty.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { tell } from '../../components/toast.tsx';
import { useKeys } from '../../router/keys.ts';
import { useAct, useCall } from '../../store/hooks.ts';
import { number } from '../../text/numbers.ts';
import { t } from '../../text/text.ts';
import css from './rule.module.css';
import { Samples } from './rule-samples.tsx';

/** A rule that a person may set: one side wins, for a field or for a whole collection. */
export interface ProposedRule {
  readonly pair: string;
  readonly collection: string;
  readonly policy: 'local' | 'remote';
  readonly field?: string;
}

type FieldPolicy = Record<string, 'ask' | 'local' | 'remote' | 'newest' | 'edit-wins'>;

/** How the rule would have decided what persons decided, and only then the setting of it. */
export function RuleDialog({
  rule: { pair, collection, policy, field },
  names,
  onClose,
}: {
  readonly rule: ProposedRule;
  readonly names: { readonly local: string; readonly remote: string };
  readonly onClose: () => void;
}): ReactNode {
  const { act, busy, error } = useAct();
  const config = useCall('config.get', { pair }, ['settings']);
  const key = `collections.${collection}.fieldPolicy`;
  const kept = (config.data?.settings.find((setting) => setting.key === key)?.value ?? {}) as FieldPolicy;
  const rule: Exclude<Params<'rules.try'>['rule'], string> =
    field === undefined ? { policy } : { fieldPolicy: { ...kept, [field]: policy } };
  const trial = useCall(config.data === undefined ? null : 'rules.try', { pair, collection, rule });
  const side = names[policy];

  const add = async (): Promise<void> => {
    if (trial.data === undefined || busy) return;
    const [name, value] =
      field === undefined
        ? ([`collections.${collection}.policy`, policy] as const)
        : ([key, { ...kept, [field]: policy }] as const);
    if ((await act('config.set', { pair, values: { [name]: value } })) === undefined) return;
    tell({
      text:
        field === undefined ? t('rule.addedAll', { side, collection }) : t('rule.added', { side, field, collection }),
    });
    onClose();
  };
  useKeys({ 'Ctrl+Enter': () => void add() }, { inDialogs: true });
  const failed = error ?? config.error ?? trial.error;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={
        field === undefined ? t('rule.titleAll', { side, collection }) : t('rule.title', { side, field, collection })
      }
      sentence={trial.data === undefined ? t('rule.trying') : triedSentence(trial.data, collection)}
      foot={
        <>
          <span className="push" />
          <Button onClick={onClose}>{t('rule.no')}</Button>
          <Button kind="primary" disabled={trial.data === undefined || busy} onClick={() => void add()}>
            {t('rule.add')}
          </Button>
        </>
      }
    >
      {failed === undefined ? null : <ErrorNotice error={failed} />}
      {trial.data === undefined ? failed === undefined ? <Bones rows={3} /> : null : <Figures of={trial.data} />}
      <p className="small muted">{t('rule.next')}</p>
    </Dialog>
  );
}

const triedSentence = ({ tried }: WireRuleTrial, collection: string): string =>
  tried === 0 ? t('rule.triedNone', { collection }) : t('rule.tried', { n: tried, collection });

function Figures({ of: trial }: { readonly of: WireRuleTrial }): ReactNode {
  const { tried, same, other, asks, notTried, samples } = trial;
  const left = notTried.otherKinds + notTried.valuesGone;
  return (
    <>
      {tried === 0 ? null : (
        <div className={css.figures}>
          <Figure n={same} words={t('rule.same')} below={t('rule.share', { n: Math.round((same / tried) * 100) })} />
          <Figure n={other} words={t('rule.other')} below={other === 0 ? '' : t('rule.lookBelow')} warns={other > 0} />
          <Figure n={asks} words={t('rule.asks')} below="" />
        </div>
      )}
      <Samples of={samples.filter(({ same: isSame }) => !isSame)} />
      {left === 0 ? null : <p className="tiny faint">{t('rule.notTried', { n: left })}</p>}
    </>
  );
}

const Figure = ({
  n,
  words,
  below,
  warns = false,
}: {
  readonly n: number;
  readonly words: string;
  readonly below: string;
  readonly warns?: boolean;
}): ReactNode => (
  <div className={css.figure} {...(warns ? { 'data-state': 'wait' } : {})}>
    <span className={css.figureNumber}>{number(n)}</span>
    <span className="small medium">{words}</span>
    <span className="tiny">{below}</span>
  </div>
);
