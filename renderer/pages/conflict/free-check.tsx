import { useEffect, useState, type ReactNode } from 'react';
import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import type { Strategy } from '../../../shared/model/words.ts';
import { State } from '../../components/state-icon.tsx';
import { useCall } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import { WithLinks } from './conflict-link.tsx';
import css from './record.module.css';

/** A person is still typing until it is quiet for so long. */
const QUIET_MS = 250;

/** Whether a value is free on both sides: asked of both, and nothing is written. */
export function FreeCheck({
  conflict: { id, pair, generation },
  strategy,
  text,
}: {
  readonly conflict: WireConflict;
  readonly strategy: Strategy;
  readonly text: string;
}): ReactNode {
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), QUIET_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const value = asked.trim();
  const { data, error } = useCall(
    value === '' ? null : 'conflicts.resolve',
    { id, strategy, generation, value: { typed: value }, dryRun: true },
    ['conflicts'],
  );
  if (value === '') return null;
  const refusal = data?.failed[0]?.text ?? error?.message;
  return (
    <span className={css.freeCheck} role="status">
      {asked !== text || (data === undefined && error === undefined) ? (
        <span className="faint">{t('choice.checking')}</span>
      ) : refusal === undefined ? (
        <State mark="step">{t('choice.free')}</State>
      ) : (
        <State mark="wait">
          <WithLinks text={refusal} pair={pair} />
        </State>
      )}
    </span>
  );
}
