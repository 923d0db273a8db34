import { Cloud, Laptop } from 'lucide-react';
import type { ReactNode } from 'react';
import card from '../../components/card.module.css';
import css from '../../components/checks.module.css';
import { Icon } from '../../components/icon.tsx';
import { State, StateIcon } from '../../components/state-icon.tsx';
import type { WireAddressTest } from '../../../shared/contract/window-shapes.ts';
import { t } from '../../text/text.ts';
import type { SideName } from './draft.ts';
import type { Adding } from './use-add.ts';

/** `make`: a file that is not there, and is made. */
export type Verdict = 'asking' | 'ready' | 'make' | 'failed';

/** Opening is what counts: what can only be read is told by its check, and can be a side from which changes flow away. */
export function verdictOf({ tests, draft }: Adding, side: SideName): Verdict {
  const test = tests[side];
  if (test.state === 'failed') return 'failed';
  if (test.state !== 'tested') return 'asking';
  if (test.test.error === null) return 'ready';
  return draft.make[side] ? 'make' : 'failed';
}

const marks = { asking: 'sync', ready: 'step', make: 'step', failed: 'stop' } as const;

/** The checks of one side, each with its own plain word. */
export function TestCard({ side, adding }: { readonly side: SideName; readonly adding: Adding }): ReactNode {
  const verdict = verdictOf(adding, side);
  const test = adding.tests[side];
  return (
    <section className={card.card} aria-label={t(`add.side.${side}`)} aria-live="polite">
      <div className={card.cardHead}>
        <Icon of={side === 'A' ? Laptop : Cloud} />
        <span className="grow">{t(`add.side.${side}`)}</span>
        <span className="weightNormal">
          <State mark={marks[verdict]}>{t(`add.test.word.${verdict}`)}</State>
        </span>
      </div>
      <div className={card.cardBody}>
        <ul className={css.checks}>
          {test.state === 'tested'
            ? test.test.checks.filter(isTold(test.test.kind)).map((check) => <Check key={check.check} of={check} />)
            : ordered.map((check) => (
                <li className={css.check} key={check}>
                  <span className={css.checkWaiting} />
                  <strong className="medium">{t(`add.check.${check}`)}</strong>
                </li>
              ))}
        </ul>
      </div>
    </section>
  );
}

/** Of a file nobody asks what only a server has. */
const isTold =
  (kind: string) =>
  ({ state }: WireAddressTest['checks'][number]): boolean =>
    kind !== 'sqlite' || state !== 'skipped';

const ordered = ['address', 'server', 'encryption', 'login', 'rights', 'database'] as const;

const Check = ({ of: { check, state, sentence } }: { readonly of: WireAddressTest['checks'][number] }): ReactNode => (
  <li className={css.check}>
    {state === 'ok' || state === 'failed' ? (
      <StateIcon mark={state === 'ok' ? 'step' : 'stop'} />
    ) : (
      <span className={css.checkWaiting} />
    )}
    <div>
      <strong className="medium">{t(`add.check.${check}`)}</strong> <span className="muted">{sentence}</span>
    </div>
    <span className="faint tiny nowrap">{t(`add.check.state.${state}`)}</span>
  </li>
);
