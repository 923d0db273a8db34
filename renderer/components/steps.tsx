import { Check } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { Icon } from './icon.tsx';
import { Link } from './link.tsx';
import css from './steps.module.css';

/** The steps of a flow: those that are done lead back, later ones are only named. */
export const Steps = ({
  label,
  steps,
  now,
}: {
  readonly label: string;
  readonly steps: readonly { readonly to: string; readonly label: string }[];
  /** From 0. */
  readonly now: number;
}): ReactNode => (
  <ol className={css.steps} aria-label={label}>
    {steps.map(({ to, label: words }, i) => (
      <Fragment key={to}>
        {i > 0 ? <li className={css.stepLine} aria-hidden="true" /> : null}
        <li
          className={css.step}
          {...(i === now ? { 'aria-current': 'step' as const } : {})}
          {...(i < now ? { 'data-done': '' } : {})}
        >
          <span className={css.stepNumber}>{i < now ? <Icon of={Check} /> : i + 1}</span>
          {i < now ? <Link to={to}>{words}</Link> : words}
        </li>
      </Fragment>
    ))}
  </ol>
);
