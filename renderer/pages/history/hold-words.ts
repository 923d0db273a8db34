import type { WireHold } from '../../../shared/contract/conflict-shapes.ts';
import type { HoldAnswer } from '../../../shared/model/words.ts';
import { titleOf } from '../../model/records.ts';
import type { Labels } from '../../store/use-labels.ts';
import { t } from '../../text/text.ts';

export const answerText = (answer: HoldAnswer, labels: Labels): string =>
  answer === 'take-local' || answer === 'take-remote'
    ? t(`holds.${answer}`, { side: answer === 'take-local' ? labels.A : labels.B })
    : t(`holds.${answer}`);

export const recordText = ({ key, local, remote }: WireHold): string =>
  [titleOf(local, remote), key.text].filter(Boolean).join(' ');

export const listed = (
  records: readonly { readonly collection: string; readonly key: { readonly text: string } }[],
): string => records.map(({ collection, key }) => `${collection} ${key.text}`).join(', ');
