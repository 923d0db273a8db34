import { Cloud, GitMerge, Laptop } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Button } from '../../../components/button.tsx';
import { Segmented } from '../../../components/choice.tsx';
import field from '../../../components/field.module.css';
import { Keys } from '../../../components/kbd.tsx';
import page from '../../../components/page.module.css';
import { t } from '../../../text/text.ts';
import type { Answer } from '../draft.ts';
import { originName, type SideNames } from '../field-row.tsx';
import type { FieldOf, Origin } from '../fields.ts';
import { Compare } from './compare.tsx';
import css from './long.module.css';
import type { Layout } from './long-values.ts';
import { PlaceRow } from './place-row.tsx';
import { Partial } from './partial.tsx';
import { partsOf } from './places.ts';
import { useResult } from './use-result.ts';

interface LongViewProps {
  readonly keptAs: string;
  readonly field: FieldOf;
  readonly layout: Layout;
  readonly hasBase: boolean;
  readonly names: SideNames;
  readonly answer: Answer | undefined;
  readonly onAnswer: (answer: Answer | undefined) => void;
}

const views = {
  'base-local': ['base', 'local'],
  'base-remote': ['base', 'remote'],
  'local-remote': ['local', 'remote'],
} as const satisfies Record<string, readonly [Origin, Origin]>;
type View = keyof typeof views;

/** A long text or a document: compared three ways, taken place by place, joined only on request, and seen before it is written. */
export function LongView({ keptAs, field: each, layout, hasBase, names, answer, onAnswer }: LongViewProps): ReactNode {
  const based = hasBase && each.base !== undefined && each.base !== null;
  const [view, setView] = useState<View>('local-remote');
  const [at, setAt] = useState(0);
  const body = useRef<HTMLDivElement>(null);
  const texts = {
    base: layout.toLines(each.base),
    local: layout.toLines(each.local),
    remote: layout.toLines(each.remote),
  };
  const parts = useMemo(
    () => partsOf(based ? texts.base : undefined, texts.local, texts.remote),
    [based, texts.base, texts.local, texts.remote],
  );
  const result = useResult({ keptAs, field: each, layout, parts, answer, onAnswer });
  const { places, taken, text, byHand, invalid, take, start, join, type } = result;
  const open = taken.filter((origin) => origin === undefined).length;
  const [left, right] = views[view];
  const place = places[at];

  const focusPlace = (index: number): void => {
    const rows = [...(body.current?.querySelectorAll<HTMLElement>('[data-place]') ?? [])];
    const row = rows[(index + rows.length) % rows.length];
    (
      row?.querySelector<HTMLElement>('[role=radio][tabindex="0"]') ?? row?.querySelector<HTMLElement>('[role=radio]')
    )?.focus();
  };
  // The comparison comes later than the page, whose focus is not anywhere until then.
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      if (document.activeElement === document.body || document.activeElement?.matches('h1')) focusPlace(0);
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  const listen = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const origin = ({ 1: 'base', 2: 'local', 3: 'remote' } as Partial<Record<string, Origin>>)[event.key];
    if (event.altKey && step !== undefined) focusPlace(at + step);
    else if ((event.ctrlKey || event.metaKey) && origin !== undefined && (origin !== 'base' || based)) take(at, origin);
    else return;
    event.preventDefault();
    // The keys of the record mean the next conflict by the same.
    event.stopPropagation();
  };
  const label = (origin: Origin): string => originName(origin, names);
  return (
    <div className={css.long} ref={body} data-field={each.name} onKeyDown={listen}>
      <div className="rowBetween wrap">
        {based ? (
          <Segmented
            label={t('long.compare')}
            value={view}
            segments={[
              { value: 'base-local', label: t('long.view', { a: t('record.base'), b: names.local }) },
              { value: 'base-remote', label: t('long.view', { a: t('record.base'), b: names.remote }) },
              { value: 'local-remote', label: t('long.view', { a: names.local, b: names.remote }) },
            ]}
            onChange={setView}
          />
        ) : (
          <span className="small muted">{t('long.noBase')}</span>
        )}
        <span className="tiny faint">
          {t('long.places', { n: places.length })} · <Keys of="Alt+↓" /> {t('long.nextPlace')}
        </span>
      </div>
      <div className={css.compare}>
        <div className={css.compareHead}>
          <span>{label(left)}</span>
          <span>{label(right)}</span>
        </div>
        <div className={css.compareBody}>
          <Compare
            left={{ label: t('long.textOf', { side: label(left), field: each.name }), text: texts[left] }}
            right={{ label: t('long.textOf', { side: label(right), field: each.name }), text: texts[right] }}
            directed={left === 'base'}
            at={place === undefined ? undefined : { left: place.at[left], right: place.at[right] }}
          />
        </div>
      </div>
      <section className={page.section} aria-labelledby="places">
        <div className={page.sectionHead}>
          <h2 id="places">{t('long.take')}</h2>
          <span className="tiny faint">
            <Keys of="Ctrl+1" /> <Keys of="Ctrl+2" /> <Keys of="Ctrl+3" /> {t('long.takeKeys')}
          </span>
        </div>
        <div className={css.places}>
          {places.map((one, i) => (
            <PlaceRow
              key={i}
              place={one}
              number={i + 1}
              taken={taken[i]}
              names={names}
              isCurrent={i === at}
              onFocus={() => setAt(i)}
              onTake={(origin) => take(i, origin)}
            />
          ))}
        </div>
      </section>
      <section className={page.section} aria-labelledby="result">
        <div className={page.sectionHead}>
          <h2 id="result">{t('record.result')}</h2>
          <span className="tiny faint">{t('long.result.below')}</span>
          <span className="push row">
            <Button size="small" icon={Laptop} onClick={() => start('local')}>
              {t('long.startFrom', { side: names.local })}
            </Button>
            <Button size="small" icon={Cloud} onClick={() => start('remote')}>
              {t('long.startFrom', { side: names.remote })}
            </Button>
            {based ? (
              <Button size="small" icon={GitMerge} onClick={join}>
                {t('long.join')}
              </Button>
            ) : null}
          </span>
        </div>
        {text === undefined ? (
          <Partial parts={parts} taken={taken} />
        ) : (
          <textarea
            className={field.input}
            rows={Math.min(14, Math.max(4, text.split('\n').length))}
            aria-label={t('record.resultFor', { field: each.name })}
            aria-invalid={invalid}
            aria-describedby="result-from"
            data-result={each.name}
            spellCheck={false}
            value={text}
            onChange={({ target }) => type(target.value)}
          />
        )}
        <p className="tiny faint" id="result-from" aria-live="polite">
          {invalid
            ? t('long.invalid')
            : text === undefined
              ? t('long.open', { n: open, all: places.length })
              : t(byHand ? 'long.byHand' : 'long.joined')}
        </p>
      </section>
    </div>
  );
}
