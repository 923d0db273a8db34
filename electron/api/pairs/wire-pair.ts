import type { WirePair, WirePreview } from '../../../shared/contract/pair-shapes.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';
import type { PairPreview } from '../../engine/reports/plan.ts';
import { pairOptionsOf } from '../settings/pair-settings.ts';

export function wirePair(name: string, entry: PairEntry): WirePair {
  return {
    name,
    a: { label: entry.a.name, url: entry.a.url },
    b: { label: entry.b.name, url: entry.b.url },
    direction: entry.direction,
    collections: Object.entries(entry.collections).map(([collection, rules]) => ({ ...rules, name: collection })),
    options: pairOptionsOf(entry),
  };
}

export const wirePreview = (pair: string, { collections, notCompared }: PairPreview): WirePreview => ({
  pair,
  collections: collections.map((each) => ({ ...each })),
  notCompared: [...notCompared],
});
