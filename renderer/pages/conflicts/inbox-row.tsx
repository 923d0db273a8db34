import { Check } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import choice from '../../components/choice.module.css';
import { cx } from '../../components/cx.ts';
import { Icon } from '../../components/icon.tsx';
import { Link } from '../../components/link.tsx';
import { addresses } from '../../model/addresses.ts';
import { t } from '../../text/text.ts';
import { time } from '../../text/times.ts';
import type { ConflictRow } from './conflict-source.ts';
import css from './inbox.module.css';
import { kindIcons } from './kind-icon.ts';

interface InboxRowProps {
  readonly row: ConflictRow;
  /** Of the line in the whole list. */
  readonly index: number;
  readonly start: number;
  readonly isChosen: boolean;
  readonly isActive: boolean;
  readonly toggle: (row: ConflictRow) => void;
  readonly onActive: (index: number) => void;
}

/** One conflict in the list; drawn again only where something of it is another, since a list is scrolled row by row. */
export const InboxRow = memo(function InboxRow(props: InboxRowProps): ReactNode {
  const { row, index, start, isChosen, isActive, toggle, onActive } = props;
  return (
    <div
      id={`line-${index}`}
      aria-rowindex={index + 1}
      style={{ insetBlockStart: start }}
      role="row"
      className={cx(css.inboxRow, css.line)}
      aria-selected={isChosen}
      {...(isActive ? { 'data-current': '' } : {})}
      onClick={() => onActive(index)}
    >
      <span role="gridcell">
        <span
          className={choice.checkbox}
          {...(isChosen ? { 'data-checked': '' } : {})}
          aria-label={t(isChosen ? 'inbox.chosenOne' : 'inbox.notChosen', { title: row.title })}
          role="img"
          onClick={() => toggle(row)}
        >
          <Icon of={Check} />
        </span>
      </span>
      <span role="gridcell" className="row">
        <span className={css.kindIcon} title={t(`conflict.kind.${row.kind}`)}>
          <Icon of={kindIcons[row.kind]} />
        </span>
        <Link className={css.inboxLink} to={addresses.conflict(row.id, row.pair)} tabIndex={-1}>
          <span className={cx(css.inboxTitle, 'clip')}>
            {row.title}
            {row.title === row.key.text ? null : <span className="mono faint"> {row.key.text}</span>}
          </span>
          <span className={cx(css.inboxMeta, 'clip')}>{row.summary}</span>
        </Link>
      </span>
      <span role="gridcell" className="tiny faint nowrap">
        {time(row.openedAt)}
      </span>
    </div>
  );
});
