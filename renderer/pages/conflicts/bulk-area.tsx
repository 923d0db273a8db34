import { useState, type KeyboardEvent, type ReactNode } from 'react';
import type { Strategy } from '../../../shared/model/words.ts';
import { cx } from '../../components/cx.ts';
import page from '../../components/page.module.css';
import { tell } from '../../components/toast.tsx';
import { isField } from '../../router/keys.ts';
import { usePairs, useTransport } from '../../store/hooks.ts';
import { errorBodyOf } from '../../store/store.ts';
import { t } from '../../text/text.ts';
import type { ConflictRow } from './conflict-source.ts';
import type { InboxFilter } from './filter.ts';
import css from './inbox.module.css';
import type { Choice } from './inbox-list.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { BulkPane } from './bulk-pane.tsx';
import type { Inbox } from './use-inbox.ts';

const PAGE = 1000;

interface BulkAreaProps {
  readonly inbox: Inbox;
  readonly filter: InboxFilter;
  readonly choice: Choice;
  readonly children: ReactNode;
}

/** The list with what is done to many at once: the bar that counts what is chosen, and the preview of the decision beside it. */
export function BulkArea({ inbox, filter, choice, children }: BulkAreaProps): ReactNode {
  const transport = useTransport();
  const names = useSideNames(choice.chosen);
  const [strategy, setStrategy] = useState<Strategy>();
  const rows = [...choice.chosen.values()];

  const chooseAll = async (): Promise<void> => {
    try {
      choice.add(await everyRow(transport, filter));
    } catch (cause) {
      tell({ text: errorBodyOf(cause).message });
    }
  };
  const listen = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'a' || isField(event.target)) return;
    event.preventDefault();
    void chooseAll();
  };
  const clear = (): void => {
    setStrategy(undefined);
    choice.remove([...choice.chosen.keys()]);
  };
  const shown = rows.length > 0 ? strategy : undefined;
  return (
    <div className={cx(css.bulkArea, shown !== undefined && page.split)} onKeyDown={listen}>
      <div className={css.bulkList}>
        {children}
        {rows.length === 0 ? null : (
          <BulkBar
            rows={rows}
            filter={filter}
            total={inbox.total}
            names={names}
            strategy={shown}
            onStrategy={setStrategy}
            onAll={() => void chooseAll()}
            onClear={clear}
          />
        )}
      </div>
      {shown === undefined ? null : (
        <BulkPane
          key={shown}
          rows={rows}
          strategy={shown}
          names={names}
          onDecided={(decided) => {
            choice.remove(decided);
            setStrategy(undefined);
          }}
          onLeave={() => setStrategy(undefined)}
        />
      )}
    </div>
  );
}

async function everyRow(
  transport: ReturnType<typeof useTransport>,
  { kind, ...rest }: InboxFilter,
): Promise<readonly ConflictRow[]> {
  const request = { ...rest, ...(kind === undefined ? {} : { kind: [kind] }) };
  const rows: ConflictRow[] = [];
  for (;;) {
    const { signal } = new AbortController();
    const answer = await transport.call(
      'conflicts.index',
      { ...request, offset: rows.length, limit: PAGE },
      { signal },
    );
    rows.push(...answer.rows);
    if (answer.rows.length === 0 || rows.length >= answer.total) return rows;
  }
}

/** How the two sides are called, where all that is chosen is of one pair. */
function useSideNames(chosen: Choice['chosen']): { readonly local: string; readonly remote: string } {
  const pairs = usePairs();
  const names = new Set([...chosen.values()].map(({ pair }) => pair));
  const [only] = names;
  const status = names.size === 1 ? pairs?.find(({ pair }) => pair === only) : undefined;
  return { local: status?.a.label ?? t('record.local'), remote: status?.b.label ?? t('record.remote') };
}
