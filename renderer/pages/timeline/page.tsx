import { Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, ButtonLink } from '../../components/button.tsx';
import { cx } from '../../components/cx.ts';
import { EmptyState, Shown } from '../../components/empty.tsx';
import { Link } from '../../components/link.tsx';
import { PageBody, PageHead, Pane } from '../../components/page.tsx';
import page from '../../components/page.module.css';
import table from '../../components/table.module.css';
import { tell } from '../../components/toast.tsx';
import { Value } from '../../components/value.tsx';
import { addresses } from '../../model/addresses.ts';
import { fieldOf } from '../../model/records.ts';
import { usePath, useQuery } from '../../router/location.ts';
import { useCall } from '../../store/hooks.ts';
import { useLabels } from '../../store/use-labels.ts';
import { displayValue } from '../../../shared/model/display.ts';
import { t } from '../../text/text.ts';
import css from '../history/history.module.css';
import type { PageProps } from '../pages.ts';
import { answerOf, eventsOf, fieldsOf, fieldsWithValues, titleOfAll, whatText } from './events.ts';
import { Moments } from './moments.tsx';

/** Why one record holds what it holds: the answer in a sentence, then everything that is kept of it. */
export function Page({ params: { pair = '', collection = '', key = '' } }: PageProps): ReactNode {
  const query = useQuery();
  const hex = query.get('key') ?? '';
  const field = query.get('field') ?? undefined;
  const named = /^([0-9a-f]{2})+$/.test(hex) ? { hex } : { parts: key.split(', ') };
  const timeline = useCall('records.timeline', { pair, collection, key: named }, ['runs', 'conflicts', 'holds']);
  const labels = useLabels(pair);
  const path = usePath();
  const entries = timeline.data ?? [];
  const events = eventsOf(entries, field);
  const title = titleOfAll(entries);
  const fieldAddress = (name?: string): string =>
    `${path}?${new URLSearchParams({ ...(hex === '' ? {} : { key: hex }), ...(name === undefined ? {} : { field: name }) }).toString()}`;
  const copy = async (): Promise<void> => {
    const lines = events.flatMap((entry) => [
      `${entry.at} ${whatText(entry, labels)}`,
      ...fieldsOf(entry).map(
        (name) =>
          `  ${name}: ${displayValue(fieldOf(entry.before, name))} → ${displayValue(fieldOf(entry.after, name))}`,
      ),
    ]);
    await navigator.clipboard.writeText(
      [`${pair} / ${collection} / ${key}`, answerOf(events, field, labels), ...lines].join('\n'),
    );
    tell({ text: t('timeline.copied') });
  };
  return (
    <>
      <PageHead
        title={title === undefined ? key : `${title} · ${key}`}
        facts={t('timeline.facts', { pair, collection })}
        actions={
          <>
            {entries.length === 0 ? null : (
              <Button kind="quiet" icon={Copy} onClick={() => void copy()}>
                {t('timeline.copy')}
              </Button>
            )}
            {entries.some(({ what }) => what === 'conflict') ? (
              <ButtonLink to={addresses.conflicts({ pair, collection, q: key })}>
                {t('timeline.toConflicts')}
              </ButtonLink>
            ) : null}
          </>
        }
      />
      <PageBody flush>
        <Shown of={timeline}>
          {(all) =>
            all.length === 0 ? (
              <EmptyState title={t('timeline.empty')}>{t('timeline.emptyNext')}</EmptyState>
            ) : (
              <div className={cx(page.split, css.splitTimeline)}>
                <Pane label={t('timeline.fields')}>
                  <div className={table.listHead}>{t('timeline.fields')}</div>
                  <div className={cx(page.paneBody, page.paneTight)}>
                    <nav className={css.fieldPick} aria-label={t('timeline.fields')}>
                      <Link to={fieldAddress()} {...(field === undefined ? { 'aria-current': true as const } : {})}>
                        <span className="medium">{t('timeline.all')}</span>
                        <span className="tiny faint clip">{t('timeline.events', { n: all.length })}</span>
                      </Link>
                      {fieldsWithValues(all).map(({ field: name, value }) => (
                        <Link
                          key={name}
                          to={fieldAddress(name)}
                          {...(field === name ? { 'aria-current': true as const } : {})}
                        >
                          <span className="medium">{name}</span>
                          <span className="tiny faint clip">
                            <Value of={value} maxLength={60} />
                          </span>
                        </Link>
                      ))}
                    </nav>
                  </div>
                </Pane>
                <Pane label={field === undefined ? t('timeline.ofAll') : t('timeline.of', { field })}>
                  <div className={page.paneBody}>
                    <div className={css.answer}>
                      <p className="small muted">
                        {field === undefined
                          ? t('timeline.whyRecord')
                          : t('timeline.why', {
                              field,
                              value: displayValue(
                                fieldsWithValues(all).find((each) => each.field === field)?.value,
                                120,
                              ),
                            })}
                      </p>
                      <p className="strong">{answerOf(events, field, labels)}</p>
                    </div>
                    <Moments pair={pair} events={events} field={field} labels={labels} />
                  </div>
                </Pane>
              </div>
            )
          }
        </Shown>
      </PageBody>
    </>
  );
}
