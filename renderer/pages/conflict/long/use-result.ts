import { useState } from 'react';
import type { Answer } from '../draft.ts';
import type { FieldOf, Origin } from '../fields.ts';
import { withEndsOf, type Layout } from './long-values.ts';
import { composed, retaken, type Part, type Place } from './places.ts';
import { useTaken } from './use-taken.ts';

export interface TextResult {
  readonly places: readonly Place[];
  readonly taken: readonly (Origin | undefined)[];
  /** As it would be written to both sides; `undefined` while a place is open. */
  readonly text: string | undefined;
  /** It stands there, and could not be written: a document has to be one. */
  readonly invalid: boolean;
  readonly byHand: boolean;
  readonly take: (index: number, origin: Origin) => void;
  readonly start: (origin: Origin) => void;
  readonly join: () => void;
  readonly type: (text: string) => void;
}

interface ResultOf {
  /** Names what is kept of it. */
  readonly keptAs: string;
  readonly field: FieldOf;
  readonly layout: Layout;
  readonly parts: readonly Part[];
  readonly answer: Answer | undefined;
  readonly onAnswer: (answer: Answer | undefined) => void;
}

const laidOut = (layout: Layout, text: string): string =>
  layout.kind === 'document' ? layout.toLines({ $extended: JSON.parse(text) as never }) : layout.toLines(text);

/** The text that both sides will have: from one side, joined place by place, or written by hand. It is an answer as soon as it is whole. */
export function useResult({ keptAs, field, layout, parts, answer, onAnswer }: ResultOf): TextResult {
  const { places, taken: kept, take: keep } = useTaken(keptAs, parts);
  const [raw, setRaw] = useState<string>();
  const whole = answer !== undefined && 'from' in answer ? answer.from : undefined;
  const taken = whole === undefined ? kept : places.map(() => whole);
  const text =
    answer === undefined
      ? raw
      : 'from' in answer
        ? layout.toLines(field[answer.from])
        : raw !== undefined && layout.fromLines(raw) === answer.typed
          ? raw
          : laidOut(layout, answer.typed);

  const put = (next: string | undefined): void => {
    setRaw(next);
    const typed = next === undefined ? undefined : layout.fromLines(next);
    onAnswer(typed === undefined ? undefined : { typed });
  };
  const takeAll = (next: readonly (Origin | undefined)[]): void => {
    keep(next);
    put(composed(parts, next));
  };
  const byHand = text !== undefined && whole === undefined && text !== composed(parts, taken);
  return {
    places,
    taken,
    text,
    byHand,
    invalid: text !== undefined && layout.fromLines(text) === undefined,
    take: (index, origin) => {
      const next = taken.map((each, i) => (i === index ? origin : each));
      if (!byHand || text === undefined || composed(parts, taken) === undefined) return takeAll(next);
      keep(next);
      return put(retaken(parts, taken, { written: text, index, origin }));
    },
    start: (origin) => {
      keep(places.map(() => origin));
      setRaw(undefined);
      onAnswer({ from: origin });
    },
    join: () => takeAll(places.map(({ onlyBy }, i) => onlyBy ?? (whole === undefined ? taken[i] : undefined))),
    type: (next) => put(withEndsOf(layout.toLines(field.local), next)),
  };
}
