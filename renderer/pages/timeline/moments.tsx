import { CircleCheck, Gavel, GitCompareArrows, Hand, PenLine, Undo2, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Change } from '../../components/change.tsx';
import { Icon } from '../../components/icon.tsx';
import { Link } from '../../components/link.tsx';
import { Value } from '../../components/value.tsx';
import { addresses } from '../../model/addresses.ts';
import { fieldOf } from '../../model/records.ts';
import type { StateMark } from '../../model/pair-state.ts';
import type { Labels } from '../../store/use-labels.ts';
import { exactTime, time } from '../../text/times.ts';
import { t } from '../../text/text.ts';
import css from '../history/history.module.css';
import { fieldsOf, whatText, type Entry } from './events.ts';

interface MomentsProps {
  readonly pair: string;
  readonly events: readonly Entry[];
  readonly field: string | undefined;
  readonly labels: Labels;
}

const icons: Readonly<Record<Entry['what'], LucideIcon>> = {
  written: PenLine,
  adopted: CircleCheck,
  conflict: GitCompareArrows,
  resolved: Gavel,
  decision: Gavel,
  undone: Undo2,
  held: Hand,
};
const marks: Readonly<Partial<Record<Entry['what'], StateMark>>> = {
  written: 'step',
  adopted: 'step',
  conflict: 'wait',
  resolved: 'wait',
  decision: 'wait',
  undone: 'pause',
  held: 'pause',
};

/** The chain of events, the newest first. */
export const Moments = ({ pair, events, field, labels }: MomentsProps): ReactNode => (
  <>
    <ol className={css.timeline}>
      {events.map((event, i) => (
        <li key={`${event.at} ${event.what} ${i}`} className={css.moment}>
          <time className={css.momentTime} dateTime={event.at}>
            {dayOf(event.at)}
            {exactTime(event.at)}
          </time>
          <span className={css.momentDot} data-state={marks[event.what]}>
            <Icon of={icons[event.what]} />
          </span>
          <div className={css.momentBody}>
            <p>{whatText(event, labels)}</p>
            <Details pair={pair} event={event} field={field} labels={labels} />
          </div>
        </li>
      ))}
    </ol>
    <p className="tiny faint">{t('timeline.older')}</p>
  </>
);

/** Nothing for today, where the clock alone says it. */
function dayOf(at: string): string {
  const day = time(at).replace(/ ?\d\d:\d\d$/, '');
  return day === '' ? '' : `${day} `;
}

const Details = ({
  pair,
  event,
  field,
  labels,
}: { readonly event: Entry } & Omit<MomentsProps, 'events'>): ReactNode => {
  const { what, run, who, text } = event;
  const fields = fieldsOf(event).filter((name) => field === undefined || name === field);
  return (
    <>
      {fields.map((name) =>
        what === 'conflict' ? (
          <TwoAnswers key={name} event={event} field={name} labels={labels} />
        ) : (
          <Single key={name} event={event} name={name} />
        ),
      )}
      {what === 'conflict' ? (
        <p className="muted">
          {text} {t('timeline.conflictNext')}
        </p>
      ) : null}
      {(what === 'resolved' || what === 'decision') && text !== '' ? <p className="muted">{text}</p> : null}
      {run === 0 ? null : (
        <p className="tiny faint">
          <Link to={addresses.historyRun(run, pair)}>{t('timeline.run', { run })}</Link>
          {who === '' ? null : `, ${t('timeline.by', { who })}`}
        </p>
      )}
    </>
  );
};

/** Of a record that was added or deleted there is one state alone. */
const Single = ({ event: { before, after }, name }: { readonly event: Entry; readonly name: string }): ReactNode =>
  before === null || after === null ? (
    <p className="muted">
      <span className="mono faint">{name}</span> <Value of={fieldOf(before ?? after, name)} maxLength={200} />
    </p>
  ) : (
    <Change field={name} before={fieldOf(before, name)} after={fieldOf(after, name)} />
  );

const TwoAnswers = ({
  event: { before, after },
  field,
  labels,
}: {
  readonly event: Entry;
  readonly field: string;
  readonly labels: Labels;
}): ReactNode => (
  <p className="muted">
    <span className="mono faint">{field}</span> {labels.A}: <Of state={before} field={field} />, {labels.B}:{' '}
    <Of state={after} field={field} />
  </p>
);

const Of = ({ state, field }: { readonly state: Entry['before']; readonly field: string }): ReactNode => (
  <Value of={fieldOf(state, field)} maxLength={200} />
);
