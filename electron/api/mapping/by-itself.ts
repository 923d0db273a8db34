import type { WireByItself } from '../../../shared/contract/run-shapes.ts';
import type { ChangedByItself } from '../../engine/reports/run.ts';
import { wireKeyOf } from './key-text.ts';

export const wireByItself = (pair: string, changed: readonly ChangedByItself[]): WireByItself =>
  changed.map(({ collection, key, side, fields }) => ({
    pair,
    collection,
    key: wireKeyOf(key),
    side,
    fields: [...fields],
  }));
