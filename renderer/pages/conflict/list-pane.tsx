import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowLeft } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { ButtonLink } from '../../components/button.tsx';
import chip from '../../components/chip.module.css';
import { cx } from '../../components/cx.ts';
import { Icon } from '../../components/icon.tsx';
import { Link } from '../../components/link.tsx';
import page from '../../components/page.module.css';
import table from '../../components/table.module.css';
import { addresses } from '../../model/addresses.ts';
import { number } from '../../text/numbers.ts';
import { t } from '../../text/text.ts';
import inboxCss from '../conflicts/inbox.module.css';
import { kindIcons } from '../conflicts/kind-icon.ts';
import type { Neighbours } from './use-neighbours.ts';

/** All conflicts beside the one that is open, in wide windows. */
export function ListPane({
  id,
  neighbours: { inbox, lines, index },
}: {
  readonly id: number;
  readonly neighbours: Neighbours;
}): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.count,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => (lines.line(i).head ? 32 : 52),
    overscan: 10,
  });
  useEffect(() => virtual.measure(), [virtual, lines]);
  useEffect(() => {
    if (index !== undefined) virtual.scrollToIndex(index, { align: 'auto' });
  }, [virtual, index]);
  return (
    <div className={cx(page.pane, 'wideOnly')}>
      <div className={table.toolbar}>
        <ButtonLink kind="quiet" size="small" icon={ArrowLeft} to={addresses.conflicts()}>
          {t('record.all')}
        </ButtonLink>
        <span className="push tiny faint">{t('nav.open', { n: inbox?.total ?? 0 })}</span>
      </div>
      <nav ref={scroller} className={page.pane} aria-label={t('inbox.list', { n: inbox?.total ?? 0 })} data-pane="list">
        <div className={inboxCss.virtual} style={{ blockSize: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index: i, start }) => {
            const line = lines.line(i);
            const group = inbox?.groups[line.group];
            const style = { insetBlockStart: start };
            if (line.head)
              return (
                <div key={i} className={cx(table.listHead, inboxCss.line)} style={style}>
                  <span>
                    {group?.pair} · {group?.collection}
                  </span>
                  <span className={chip.count}>{number(group?.n ?? 0)}</span>
                </div>
              );
            const row = inbox?.rowAt(line.group, line.at);
            if (row === undefined)
              return <div key={i} className={cx(inboxCss.inboxRow, inboxCss.line)} style={style} aria-busy="true" />;
            return (
              <Link
                key={i}
                to={addresses.conflict(row.id, row.pair)}
                className={cx(inboxCss.inboxRow, inboxCss.inboxCompact, inboxCss.line)}
                style={style}
                {...(row.id === id ? { 'aria-current': 'true' as const } : {})}
              >
                <span className={inboxCss.kindIcon}>
                  <Icon of={kindIcons[row.kind]} />
                </span>
                <span className="grow">
                  <span className={cx(inboxCss.inboxTitle, 'clip', inboxCss.block)}>{row.title}</span>
                  <span className={cx(inboxCss.inboxMeta, 'clip', inboxCss.block)}>{row.summary}</span>
                </span>
                <span />
              </Link>
            );
          })}
        </div>
      </nav>
    </div>
  );
}
