import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { Strategy } from '../../../shared/model/words.ts';
import { Button } from '../../components/button.tsx';
import { Facts } from '../../components/facts.tsx';
import { Field, TextArea } from '../../components/field.tsx';
import { Meter } from '../../components/meter.tsx';
import page from '../../components/page.module.css';
import { Pane } from '../../components/page.tsx';
import { useKeys } from '../../router/keys.ts';
import { t } from '../../text/text.ts';
import type { ConflictRow } from './conflict-source.ts';
import type { Outcome } from './decide-many.ts';
import { PreviewTable } from './preview-table.tsx';
import { RuleOffer } from './rule-offer.tsx';
import { useMany } from './use-many.ts';

interface BulkPaneProps {
  readonly rows: readonly ConflictRow[];
  readonly strategy: Strategy;
  readonly names: { readonly local: string; readonly remote: string };
  readonly onDecided: (ids: readonly number[]) => void;
  readonly onLeave: () => void;
}

/** What a decision about many would come to, with its number; only its main button writes. */
export function BulkPane({ rows, strategy, names, onDecided, onLeave }: BulkPaneProps): ReactNode {
  const { trial, writing, write } = useMany(rows, strategy);
  const [notes, setNotes] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);

  const side = strategy === 'keep_local' ? names.local : strategy === 'keep_remote' ? names.remote : undefined;
  const refused = trial?.refused.length ?? 0;
  const n = rows.length - refused;
  const decide = async (): Promise<void> => {
    if (trial === undefined || writing || n <= 0) return;
    const { decided, refused: not } = await write(notes);
    // What moved is another question by now, which nobody has seen.
    const moved = not.flatMap((each) => (each.moved ? [each.row] : []));
    onDecided([...decided, ...moved].map(({ id }) => id));
  };
  useKeys({ 'Ctrl+Enter': () => void decide(), Escape: onLeave });
  const title =
    side === undefined ? t(strategy === 'keep_both' ? 'bulk.keepBoth' : 'bulk.renameHere') : t('bulk.take', { side });
  const words = t(writing ? 'bulk.writing' : 'bulk.looking', { n: rows.length });
  return (
    <Pane label={t('bulk.pane')}>
      <div className={page.paneBody}>
        <div className="stackTight">
          <h2 className="title" ref={heading} tabIndex={-1}>
            {title}
          </h2>
          <p className="small muted">{t('bulk.sentence', { n: rows.length })}</p>
        </div>
        {trial !== undefined && !writing ? null : (
          <div className="stackTight" role="status">
            <p className="small">{words}</p>
            <Meter done={0} all={0} label={title} words={words} />
          </div>
        )}
        {trial === undefined ? null : (
          <>
            <PreviewTable rows={rows} trial={trial} strategy={strategy} />
            <Figures trial={trial} />
            <Field label={t('bulk.note')}>
              <TextArea rows={2} value={notes} onChange={({ target }) => setNotes(target.value)} />
            </Field>
          </>
        )}
        <div className="stackTight">
          <Button kind="primary" disabled={trial === undefined || writing || n <= 0} onClick={() => void decide()}>
            {side === undefined ? t('bulk.writeOther', { n }) : t('bulk.write', { side, n })}
          </Button>
          <Button kind="quiet" disabled={writing} onClick={onLeave}>
            {t('bulk.back')}
          </Button>
          <RuleOffer rows={rows} strategy={strategy} names={names} />
        </div>
      </div>
    </Pane>
  );
}

/** The numbers: settled, deleted, refused with the reasons, and how it is undone. */
function Figures({ trial: { decided, refused, previews } }: { readonly trial: Outcome }): ReactNode {
  const pairs = new Set(decided.map(({ pair }) => pair)).size;
  const moved = refused.filter((each) => each.moved);
  const not = refused.filter((each) => !each.moved);
  const removed = previews.filter(({ a, b }) => a === null && b === null).length;
  return (
    <Facts
      of={[
        [t('bulk.settled'), t('bulk.records', { n: decided.length })],
        ...(removed === 0
          ? []
          : ([[t('bulk.removed'), <strong key="removed">{t('bulk.records', { n: removed })}</strong>]] as const)),
        ...(moved.length === 0 ? [] : ([[t('bulk.moved'), <Why key="moved" of={moved} />]] as const)),
        [t('bulk.failed'), not.length === 0 ? t('bulk.none') : <Why key="failed" of={not} />],
        [t('bulk.undo'), t(pairs > 1 ? 'bulk.undo.many' : 'bulk.undo.how')],
      ]}
    />
  );
}

/** How many, and the first reasons. */
const Why = ({ of: refused }: { readonly of: Outcome['refused'] }): ReactNode => (
  <span className="stackTight">
    {t('bulk.records', { n: refused.length })}
    {[...new Set(refused.map(({ text }) => text))].slice(0, 3).map((reason) => (
      <span key={reason} className="tiny muted">
        {reason}
      </span>
    ))}
  </span>
);
