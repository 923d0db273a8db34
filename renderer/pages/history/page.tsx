import type { ReactNode } from 'react';
import { go, useQuery } from '../../router/location.ts';
import { addresses, type HistoryView } from '../../model/addresses.ts';
import type { PageProps } from '../pages.ts';
import { DecisionsView } from './decisions-view.tsx';
import { HoldsView } from './holds-view.tsx';
import { RunsView } from './runs-view.tsx';

/** What was written and decided: runs, decisions, and what rests after an undo. */
export function Page({ params: { id } }: PageProps): ReactNode {
  const query = useQuery();
  const pair = query.get('pair') ?? '';
  const show = query.get('show') ?? 'runs';
  const toPair = (view: HistoryView) => (name: string) => go(addresses.history(view, name), { replace: true });
  if (id === undefined || id === '') {
    if (show === 'decisions') return <DecisionsView pair={pair} onPair={toPair('decisions')} />;
    if (show === 'holds') return <HoldsView pair={pair} onPair={toPair('holds')} />;
  }
  return <RunsView pair={pair} id={/^\d+$/.test(id ?? '') ? Number(id) : undefined} />;
}
