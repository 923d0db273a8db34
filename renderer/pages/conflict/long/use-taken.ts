import { useState } from 'react';
import { origins, type Origin } from '../fields.ts';
import { isPlace, type Part, type Place } from './places.ts';

export interface Taken {
  readonly places: readonly Place[];
  /** What was taken for each place. */
  readonly taken: readonly (Origin | undefined)[];
  /** Keeps these, and gives them back. */
  readonly take: (taken: readonly (Origin | undefined)[]) => void;
}

/** What a place is known by, also when the text moves around it: its lines, and which of those alike it is. */
function namesOf(places: readonly Place[]): readonly string[] {
  const seen = new Map<string, number>();
  return places.map(({ base, local, remote }) => {
    const lines = JSON.stringify([base, local, remote]);
    const nth = (seen.get(lines) ?? 0) + 1;
    seen.set(lines, nth);
    return `${nth} ${lines}`;
  });
}

/** What was taken place by place, while some are open; kept like a draft, and through a move of the record where a place stays as it is. */
export function useTaken(key: string, parts: readonly Part[]): Taken {
  const places = parts.filter(isPlace);
  const names = namesOf(places);
  const [kept, setKept] = useState<Readonly<Record<string, Origin>>>(() => stored(key));
  return {
    places,
    taken: names.map((name) => kept[name]),
    take: (taken) => {
      const next = Object.fromEntries(
        names.flatMap((name, i): [string, Origin][] => {
          const origin = taken[i];
          return origin === undefined ? [] : [[name, origin]];
        }),
      );
      localStorage.setItem(key, JSON.stringify(next));
      setKept(next);
    },
  };
}

function stored(key: string): Readonly<Record<string, Origin>> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    const entries = Object.entries(found as Record<string, unknown>);
    return Object.fromEntries(
      entries.flatMap(([name, value]): [string, Origin][] => {
        const origin = origins.find((each) => each === value);
        return origin === undefined ? [] : [[name, origin]];
      }),
    );
  } catch {
    // Whatever stands there, it is nothing that was taken.
    return {};
  }
}
