import { ArrowLeft, Database } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, ButtonLink } from '../../components/button.tsx';
import card from '../../components/card.module.css';
import { Segmented, Switch } from '../../components/choice.tsx';
import { EmptyState } from '../../components/empty.tsx';
import { PageBody, PageFoot } from '../../components/page.tsx';
import { addresses } from '../../model/addresses.ts';
import { go } from '../../router/location.ts';
import { number } from '../../text/numbers.ts';
import { t } from '../../text/text.ts';
import css from './add.module.css';
import { CollectionTable } from './collection-table.tsx';
import { isChosen, matchesOf } from './collections.ts';
import type { Direction } from './draft.ts';
import type { StepProps } from './page.tsx';

/** What travels, by which way, and what does not and why. */
export function StepCollections({ adding, only }: StepProps): ReactNode {
  const { draft, tests } = adding;
  const matches = matchesOf(tests);
  const chosen = matches.filter((match) => isChosen(match, draft));
  const records = number(chosen.reduce((sum, { a }) => sum + (a?.records ?? 0), 0));
  const isNothing = chosen.length === 0;
  return (
    <>
      <PageBody>
        <div className={css.flow}>
          <div className="stackTight">
            <h2 className={css.flowTitle}>
              {t(only === undefined ? 'add.collections.title' : 'add.compare.collections')}
            </h2>
            <p className="muted">{t('add.collections.found', { n: matches.length })}</p>
          </div>
          {matches.length === 0 ? (
            <EmptyState icon={Database} title={t('add.collections.none')}>
              {t('add.collections.none.next')}
            </EmptyState>
          ) : (
            <CollectionTable adding={adding} matches={matches} only={only} />
          )}
          {only === undefined ? <Ways adding={adding} /> : null}
        </div>
      </PageBody>
      <PageFoot>
        <ButtonLink kind="quiet" icon={ArrowLeft} to={addresses.add(2, only)}>
          {t('add.back')}
        </ButtonLink>
        <span className="push" />
        <span className="small faint">
          {isNothing ? t('add.chosen.none') : t('add.chosen', { n: chosen.length, records })}
        </span>
        <Button kind="primary" disabled={isNothing} onClick={() => go(addresses.add(4, only))}>
          {t('add.compareBoth')}
        </Button>
      </PageFoot>
    </>
  );
}

function Ways({ adding: { draft, change } }: Pick<StepProps, 'adding'>): ReactNode {
  const names = { A: t('add.side.A'), B: t('add.side.B') };
  const segments: readonly { value: Direction; label: string }[] = [
    { value: 'both', label: t('add.direction.both') },
    { value: 'a-to-b', label: t('add.direction.a-to-b', { side: names.B }) },
    { value: 'b-to-a', label: t('add.direction.b-to-a', { side: names.A }) },
  ];
  const receiving = draft.direction === 'a-to-b' ? names.B : names.A;
  return (
    <div className={card.well}>
      <div className="stack">
        <div className="rowBetween">
          <div>
            <p className="small medium">{t('add.direction')}</p>
            <p className="tiny muted">
              {Object.keys(draft.directions).length > 0
                ? t('add.direction.help.some', { n: Object.keys(draft.directions).length })
                : draft.direction === 'both'
                  ? t('add.direction.help.both')
                  : t('add.direction.help.one', { side: receiving })}
            </p>
          </div>
          <Segmented
            label={t('add.direction')}
            value={draft.direction}
            segments={segments}
            onChange={(direction) => change({ direction, directions: {} })}
          />
        </div>
        <div className="rowBetween">
          <div>
            <p className="small medium">{t('add.live')}</p>
            <p className="tiny muted">{t('add.live.help')}</p>
          </div>
          <Switch hidden label={t('add.live')} checked={draft.live} onChange={(live) => change({ live })} />
        </div>
      </div>
    </div>
  );
}
