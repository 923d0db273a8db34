import { useMemo } from 'react';
import { t } from '../text/text.ts';
import { usePair } from './hooks.ts';

export interface Labels {
  readonly A: string;
  readonly B: string;
}

/** What people call the two sides of a pair; also of one that is not there any more. */
export function useLabels(pair: string): Labels {
  const status = usePair(pair);
  const [A, B] = [status?.a.label ?? t('side.first'), status?.b.label ?? t('side.second')];
  return useMemo(() => ({ A, B }), [A, B]);
}
