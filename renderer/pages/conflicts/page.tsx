import { Inbox as InboxIcon } from 'lucide-react';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { Button } from '../../components/button.tsx';
import { Bones, EmptyState } from '../../components/empty.tsx';
import { Search } from '../../components/field.tsx';
import { Filters } from '../../components/filters.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { PageBody, PageHead } from '../../components/page.tsx';
import { Select } from '../../components/select.tsx';
import table from '../../components/table.module.css';
import { conflictKinds } from '../../../shared/model/words.ts';
import { useKeys } from '../../router/keys.ts';
import { number } from '../../text/numbers.ts';
import { t } from '../../text/text.ts';
import type { ConflictRow } from './conflict-source.ts';
import { BulkArea } from './bulk-area.tsx';
import { useFilter } from './filter.ts';
import css from './inbox.module.css';
import { InboxList, type Choice } from './inbox-list.tsx';
import { kindIcons } from './kind-icon.ts';
import { useInbox, type Inbox } from './use-inbox.ts';

/** Everything that has two answers, of all pairs: narrowed by filters that say what they would show. */
export function Page(): ReactNode {
  const [filter, change] = useFilter();
  const { inbox, error } = useInbox(filter);
  const choice = useChoice();
  const search = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => search.current?.focus() });
  const isNarrowed = Object.keys(filter).length > 0;
  return (
    <>
      <PageHead title={t('nav.conflicts')} facts={inbox === undefined ? ' ' : factsOf(inbox)} />
      <PageBody flush>
        {error === undefined ? null : <ErrorNotice error={error} />}
        {inbox === undefined ? (
          <Bones />
        ) : (
          <div className={css.inboxPage}>
            <div className={table.toolbar}>
              <Kinds inbox={inbox} kind={filter.kind} onChange={(kind) => change({ kind })} />
            </div>
            <div className={table.toolbar}>
              <Search
                ref={search}
                className="grow"
                label={t('inbox.search')}
                keys="/"
                value={filter.q ?? ''}
                onChange={(q) => change({ q })}
              />
              {inbox.counts.pairs.length > 1 || filter.pair !== undefined ? (
                <Select
                  quiet
                  label={t('inbox.pair')}
                  value={filter.pair ?? ''}
                  options={[
                    { value: '', label: t('inbox.allPairs') },
                    ...inbox.counts.pairs.map(({ pair, n }) => ({ value: pair, label: `${pair} (${number(n)})` })),
                  ]}
                  onChange={(pair) => change({ pair, collection: '' })}
                />
              ) : null}
            </div>
            {inbox.total > 0 ? (
              <BulkArea inbox={inbox} filter={filter} choice={choice}>
                <InboxList inbox={inbox} choice={choice} />
              </BulkArea>
            ) : (
              <EmptyState
                icon={InboxIcon}
                title={isNarrowed ? t('empty.filter', { text: filter.q ?? '' }) : t('empty.conflicts')}
                actions={
                  isNarrowed ? (
                    <Button onClick={() => change({ q: '', kind: '', pair: '', collection: '' })}>
                      {t('empty.clearFilter')}
                    </Button>
                  ) : undefined
                }
              >
                {isNarrowed ? null : t('empty.conflicts.next')}
              </EmptyState>
            )}
          </div>
        )}
      </PageBody>
    </>
  );
}

function factsOf({ total, counts }: Inbox): string {
  const open = counts.pairs.reduce((sum, { n }) => sum + n, 0);
  const facts = t('inbox.facts', { n: open, pairs: t('inbox.pairs', { n: counts.pairs.length }) });
  return open === 0 ? t('empty.conflicts') : total === open ? facts : `${facts} ${t('inbox.shown', { n: total })}`;
}

const Kinds = ({
  inbox: { counts },
  kind,
  onChange,
}: {
  readonly inbox: Inbox;
  readonly kind: string | undefined;
  readonly onChange: (kind: string) => void;
}): ReactNode => (
  <Filters
    label={t('inbox.kinds')}
    value={kind ?? ''}
    choices={[
      { value: '', label: t('inbox.all'), n: counts.kinds.reduce((sum, { n }) => sum + n, 0) },
      ...counts.kinds
        .toSorted((a, b) => conflictKinds.indexOf(a.kind) - conflictKinds.indexOf(b.kind))
        .map(({ kind: each, n }) => ({ value: each, label: t(`conflict.kind.${each}`), icon: kindIcons[each], n })),
    ]}
    onChange={(chosen) => onChange(chosen === kind ? '' : chosen)}
  />
);

/** What is chosen stays chosen in every filter. */
function useChoice(): Choice {
  const [chosen, setChosen] = useState<ReadonlyMap<number, ConflictRow>>(new Map());
  return useMemo(
    () => ({
      chosen,
      toggle: (row) =>
        setChosen((now) => {
          const next = new Map(now);
          if (!next.delete(row.id)) next.set(row.id, row);
          return next;
        }),
      add: (rows) => setChosen((now) => new Map([...now, ...rows.map((row) => [row.id, row] as const)])),
      remove: (ids) =>
        setChosen((now) => {
          const gone = new Set(ids);
          return new Map([...now].filter(([id]) => !gone.has(id)));
        }),
    }),
    [chosen],
  );
}
