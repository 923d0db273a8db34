import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import chip from '../../components/chip.module.css';
import { cx } from '../../components/cx.ts';
import empty from '../../components/empty.module.css';
import page from '../../components/page.module.css';
import table from '../../components/table.module.css';
import { addresses } from '../../model/addresses.ts';
import { go } from '../../router/location.ts';
import { number } from '../../text/numbers.ts';
import { t } from '../../text/text.ts';
import type { ConflictRow } from './conflict-source.ts';
import { InboxRow } from './inbox-row.tsx';
import css from './inbox.module.css';
import { Lines } from './lines.ts';
import type { Inbox } from './use-inbox.ts';

const HEAD = 32;
const ROW = 52;

export interface Choice {
  readonly chosen: ReadonlyMap<number, ConflictRow>;
  readonly toggle: (row: ConflictRow) => void;
  readonly add: (rows: readonly ConflictRow[]) => void;
  readonly remove: (ids: readonly number[]) => void;
}

/** The virtual list: a grid of one Tab stop, in which arrows move, Enter opens and Space chooses. */
export function InboxList({
  inbox,
  choice: { chosen, toggle, add },
}: {
  readonly inbox: Inbox;
  readonly choice: Choice;
}): ReactNode {
  const { groups, rowAt, want } = inbox;
  const lines = useMemo(() => new Lines(groups), [groups]);
  const [at, setAt] = useState(1);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.count,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => (lines.line(i).head ? HEAD : ROW),
    overscan: 12,
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const active = Math.min(at, Math.max(0, lines.count - 1));
  useEffect(() => virtual.measure(), [virtual, lines]);

  useEffect(() => {
    for (const { index } of items) {
      const line = lines.line(index);
      if (!line.head) want(line.group, line.at, line.at);
    }
  }, [items, lines, want]);

  const rowOf = (index: number): ConflictRow | undefined => {
    const line = lines.line(index);
    return line.head ? undefined : rowAt(line.group, line.at);
  };
  const move = (to: number, step: 1 | -1, extend: boolean): void => {
    const next = lines.rowFrom(Math.max(0, Math.min(lines.count - 1, to)), step) ?? lines.rowFrom(Math.max(0, to), 1);
    if (next === undefined) return;
    const passed = [rowOf(active), rowOf(next)].filter((row) => row !== undefined);
    if (extend) add(passed);
    setAt(next);
    virtual.scrollToIndex(next);
  };
  const listen = (event: KeyboardEvent): void => {
    const jump = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 520) / ROW) - 1);
    const moves: Readonly<Record<string, readonly [number, 1 | -1]>> = {
      ArrowDown: [active + 1, 1],
      ArrowUp: [active - 1, -1],
      PageDown: [active + jump, 1],
      PageUp: [active - jump, -1],
      Home: [0, 1],
      End: [lines.count - 1, -1],
    };
    const to = moves[event.key];
    const row = rowOf(active);
    if (to !== undefined && !event.altKey) move(to[0], to[1], event.shiftKey);
    else if (event.key === 'Enter' && row) go(addresses.conflict(row.id, row.pair));
    else if (event.key === ' ' && row) toggle(row);
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={scroller}
      className={page.pane}
      role="grid"
      tabIndex={0}
      aria-label={t('inbox.list', { n: inbox.total })}
      aria-multiselectable
      aria-rowcount={lines.count}
      aria-activedescendant={`line-${active}`}
      data-pane="list"
      onKeyDown={listen}
    >
      <div role="presentation" className={css.virtual} style={{ blockSize: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const line = lines.line(index);
          const group = groups[line.group];
          const place = { id: `line-${index}`, 'aria-rowindex': index + 1, style: { insetBlockStart: start } };
          if (line.head)
            return (
              <div key={index} {...place} role="row" className={cx(table.listHead, css.line)}>
                <span role="rowheader" className="row">
                  {group?.pair} · {group?.collection} <span className={chip.count}>{number(group?.n ?? 0)}</span>
                </span>
              </div>
            );
          const row = rowAt(line.group, line.at);
          if (row === undefined)
            return (
              <div key={index} {...place} role="row" className={cx(css.inboxRow, css.line)} aria-busy="true">
                <span role="gridcell" />
                <span role="gridcell" className={empty.bone} data-width="l" aria-label={t('loading.page')} />
              </div>
            );
          return (
            <InboxRow
              key={index}
              row={row}
              index={index}
              start={start}
              isChosen={chosen.has(row.id)}
              isActive={index === active}
              toggle={toggle}
              onActive={setAt}
            />
          );
        })}
      </div>
    </div>
  );
}
