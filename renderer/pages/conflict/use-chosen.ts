import { useState } from 'react';
import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import { strategies } from '../../../shared/model/words.ts';
import type { Chosen } from './whole-view.tsx';

interface Kept extends Chosen {
  readonly generation: number;
}

function stored(key: string): Kept | undefined {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<Kept> | null;
    const strategy = strategies.find((each) => each === found?.strategy);
    if (strategy === undefined || typeof found?.text !== 'string' || typeof found.generation !== 'number')
      return undefined;
    return { strategy, text: found.text, generation: found.generation };
  } catch {
    // Whatever stands there, it is no choice.
    return undefined;
  }
}

/**
 * What was chosen for the records as a whole; kept like a draft and forgotten with it. A record that moved since is
 * another question, so that nothing is chosen then.
 */
export function useChosen({
  pair,
  id,
  generation,
}: WireConflict): readonly [Chosen | undefined, (chosen: Chosen) => void] {
  const key = `tandem.draft.${pair}.${id}.whole`;
  const [kept, setKept] = useState(() => stored(key));
  const choose = ({ strategy, text }: Chosen): void => {
    const next = { strategy, text, generation };
    localStorage.setItem(key, JSON.stringify(next));
    setKept(next);
  };
  return [kept?.generation === generation ? kept : undefined, choose];
}
