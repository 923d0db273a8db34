import { ChevronDown, ChevronUp } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import { Button, ButtonGroup } from '../../components/button.tsx';
import { Link } from '../../components/link.tsx';
import { usePageTitle } from '../../components/page.tsx';
import page from '../../components/page.module.css';
import { State } from '../../components/state-icon.tsx';
import { addresses } from '../../model/addresses.ts';
import { t } from '../../text/text.ts';
import { titleOf } from './fields.ts';
import css from './record.module.css';

/** Which record of which pair, what kind of conflict, and why it waits. */
export function RecordHead({
  conflict,
  onNext,
  onPrevious,
}: {
  readonly conflict: WireConflict;
  readonly onNext: (() => void) | undefined;
  readonly onPrevious: (() => void) | undefined;
}): ReactNode {
  const { title, key } = titleOf(conflict);
  usePageTitle(title, { focus: false });
  return (
    <header className={css.recordHead}>
      <div className={css.recordTitle}>
        <div className="grow">
          <p className={page.crumb}>
            <Link to={addresses.conflicts()} className="narrowOnly">
              {t('nav.conflicts')}
            </Link>
            <span className="narrowOnly">/</span>
            {conflict.pair} / {conflict.collection}
          </p>
          <h1 className="clip title">
            {title} {key === null ? null : <span className="mono small faint">{key}</span>}
          </h1>
        </div>
        <State mark="wait" pill>
          {t(`conflict.kind.${conflict.kind}`)}
        </State>
        <ButtonGroup>
          <Button
            size="small"
            icon={ChevronUp}
            iconOnly={t('record.previous')}
            disabled={onPrevious === undefined}
            onClick={onPrevious}
          />
          <Button
            size="small"
            icon={ChevronDown}
            iconOnly={t('record.next')}
            disabled={onNext === undefined}
            onClick={onNext}
          />
        </ButtonGroup>
      </div>
      <p className="small muted">{conflict.reason}</p>
    </header>
  );
}
