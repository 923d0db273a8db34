import type { ReactNode } from 'react';
import css from './card.module.css';

/** What is known about one thing: name and value, line by line. */
export const Facts = ({
  of: facts,
}: {
  readonly of: readonly (readonly [name: ReactNode, value: ReactNode])[];
}): ReactNode => (
  <dl className={css.facts}>
    {facts.map(([name, value], i) => (
      <div key={i} className={css.fact}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);
