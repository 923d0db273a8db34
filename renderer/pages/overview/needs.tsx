import type { ReactNode } from 'react';
import { ButtonLink } from '../../components/button.tsx';
import { Link } from '../../components/link.tsx';
import page from '../../components/page.module.css';
import { StateIcon } from '../../components/state-icon.tsx';
import { addresses } from '../../model/addresses.ts';
import { needsOf } from '../../model/needs.ts';
import { usePairs } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import css from './overview.module.css';

const MOST = 5;

/** At most five, the most urgent first; only the first has the main button. Nothing stands here where nothing is needed. */
export function Needs(): ReactNode {
  const needs = needsOf(usePairs() ?? []);
  if (needs.length === 0) return null;
  return (
    <section className={page.section} aria-labelledby="needs">
      <h2 className="srOnly" id="needs">
        {t('overview.needsHead')}
      </h2>
      <ul className={css.needs}>
        {needs.slice(0, MOST).map(({ mark, title, next, label, to }, i) => (
          <li className={css.need} key={`${to} ${title}`}>
            <StateIcon mark={mark} size="large" />
            <div>
              <p className={css.needTitle}>{title}</p>
              <p>{next}</p>
            </div>
            <div className={css.needActions}>
              <ButtonLink to={to} kind={i === 0 ? 'primary' : undefined}>
                {label}
              </ButtonLink>
            </div>
          </li>
        ))}
        {needs.length > MOST ? (
          <li className={css.need}>
            <span />
            <Link className="small" to={addresses.conflicts()}>
              {t('overview.more', { n: needs.length - MOST })}
            </Link>
          </li>
        ) : null}
      </ul>
    </section>
  );
}
