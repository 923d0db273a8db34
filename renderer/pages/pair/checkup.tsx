import type { ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import css from '../../components/checks.module.css';
import { Shown } from '../../components/empty.tsx';
import page from '../../components/page.module.css';
import { StateIcon } from '../../components/state-icon.tsx';
import { useCall } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';

const marks = { ok: 'step', note: 'pause', attention: 'wait' } as const;

/** A look at program, home and both sides; changes nothing. */
export function Checkup({ pair }: { readonly pair: string }): ReactNode {
  const loaded = useCall('doctor.run', { pair });
  return (
    <section className={page.section} aria-labelledby="doctor" aria-live="polite">
      <div className={page.sectionHead}>
        <h2 id="doctor" className="grow">
          {t('pair.schema.doctor')}
        </h2>
        <Button size="small" kind="quiet" onClick={loaded.reload}>
          {t('pair.schema.again')}
        </Button>
      </div>
      <Shown of={loaded} rows={4}>
        {(report) => (
          <ul className={css.checks}>
            {report.checks.map(({ name, ok, text, hint }, i) => (
              <li className={css.check} key={i}>
                {ok === 'note' ? <span className={css.checkWaiting} /> : <StateIcon mark={marks[ok]} />}
                <div>
                  <strong className="medium">{name}</strong> <span className="muted">{text}</span>
                  {hint === '' ? null : <p className="tiny">{hint}</p>}
                </div>
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </section>
  );
}
