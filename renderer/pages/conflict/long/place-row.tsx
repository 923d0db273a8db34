import { Radio as BaseRadio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import type { ReactNode } from 'react';
import choice from '../../../components/choice.module.css';
import { t } from '../../../text/text.ts';
import { originName, type SideNames } from '../field-row.tsx';
import { origins, type Origin } from '../fields.ts';
import css from './long.module.css';
import { shownLines } from './shown-lines.ts';
import type { Place } from './places.ts';

/** One place in which the texts differ: three answers, none chosen beforehand. */
export function PlaceRow({
  place,
  number,
  taken,
  names,
  isCurrent,
  onFocus,
  onTake,
}: {
  readonly place: Place;
  /** From 1. */
  readonly number: number;
  readonly taken: Origin | undefined;
  readonly names: SideNames;
  readonly isCurrent: boolean;
  readonly onFocus: () => void;
  readonly onTake: (origin: Origin) => void;
}): ReactNode {
  const name = t('long.place', { n: number, line: place.at.local + 1 });
  return (
    <RadioGroup
      className={css.place}
      aria-label={name}
      data-place={number}
      value={taken ?? null}
      onValueChange={(value) => onTake(value as Origin)}
      onFocus={onFocus}
      {...(taken === undefined ? { 'data-decide': '' } : { 'data-decided': '' })}
      {...(isCurrent ? { 'data-current': '' } : {})}
    >
      <span className={css.placeName}>
        {name}
        <span className="tiny faint">{onlyWords(place, names)}</span>
      </span>
      {origins.map((origin) => {
        const lines = place[origin];
        return lines === undefined ? null : (
          <label key={origin} className={css.placeChoice}>
            <BaseRadio.Root value={origin} className={choice.radio} />
            <span className={css.placeText}>
              <span className="medium">{originName(origin, names)}</span>
              <span className={lines.length === 0 ? 'faint' : css.placeLines}>
                {lines.length === 0 ? t('long.noLines') : shownLines(lines, 300)}
              </span>
            </span>
          </label>
        );
      })}
    </RadioGroup>
  );
}

const onlyWords = ({ base, onlyBy }: Place, names: SideNames): string =>
  base === undefined ? '' : onlyBy === undefined ? t('long.both') : t('long.only', { side: names[onlyBy] });
