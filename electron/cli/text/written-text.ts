import type { Result } from '../../../shared/contract/calls.ts';
import { numberText } from '../../../shared/lib/count-text.ts';
import type { Labels } from './recommendations.ts';
import { pairLines } from './table.ts';

type Written = Result<'runs.undo'>['written'];

/** A line a side: how many records were inserted, changed and deleted there, or would be. */
export function writtenPairs(written: Written, labels: Labels): (readonly [string, string])[] {
  const counted = ({ insert, update, delete: gone }: Written['A']): string =>
    `${numberText(insert)} inserted, ${numberText(update)} changed, ${numberText(gone)} deleted`;
  return [
    [labels.a, counted(written.A)],
    [labels.b, counted(written.B)],
  ];
}

export const writtenLines = (written: Written, labels: Labels): string[] => pairLines(writtenPairs(written, labels));
