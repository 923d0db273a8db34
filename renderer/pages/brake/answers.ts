import type { WireBrake } from '../../../shared/contract/run-shapes.ts';
import { brakeAnswers, type BrakeAnswer, type BrakeKind } from '../../../shared/model/words.ts';
import type { Labels } from '../../store/use-labels.ts';
import { t } from '../../text/text.ts';

/** One of the three, as it is offered. */
export interface Offer {
  readonly answer: BrakeAnswer;
  /** What it would write, and where. */
  readonly sentence: string;
  /** Why it cannot be carried out as things stand. */
  readonly refused: string | undefined;
  /** The brake that has to be answered before. */
  readonly first: WireBrake['first'][number] | undefined;
}

/** Kinds of the same sentences. */
const words: Readonly<Record<BrakeKind, 'deletes' | 'changes' | 'schema' | 'missing' | 'side' | 'drift'>> = {
  deletes: 'deletes',
  emptied: 'deletes',
  changes: 'changes',
  schema: 'schema',
  missing: 'missing',
  replaced: 'side',
  restored: 'side',
  'state-older': 'side',
  drift: 'drift',
};

/** `one` is the side that the brake names, `other` the one over against it. */
export const sidesOf = ({ side }: WireBrake, labels: Labels): { readonly one: string; readonly other: string } =>
  side === 'A' ? { one: labels.A, other: labels.B } : { one: labels.B, other: labels.A };

/** The three answers in their order. One that was given already is offered no more. */
export const offersOf = (brake: WireBrake, labels: Labels): readonly Offer[] =>
  brakeAnswers
    .filter((answer) => answer !== 'keep' || brake.answer !== 'keep')
    .map((answer) => offerOf(brake, answer, labels));

function offerOf(brake: WireBrake, answer: BrakeAnswer, labels: Labels): Offer {
  const first = brake.first.find((each) => each.answer === answer);
  const along = brake.along.filter((each) => each.answer === answer);
  const possible = brake.possible.includes(answer);
  const { one } = sidesOf(brake, labels);
  const sentence = [
    sentenceOf(brake, answer, labels),
    ...along.map((each) => t('brake.along', { where: whereOf(each.collection) })),
  ].join(' ');
  const refused =
    first !== undefined ? firstText(brake, first.collection) : possible ? undefined : t('brake.cure', { side: one });
  return { answer, sentence, refused, first };
}

export const whereOf = (collection: string): string => (collection === '' ? t('brake.wholePair') : collection);

const firstText = ({ collection }: WireBrake, first: string): string =>
  first === '' ? t('brake.firstWhole', { collection }) : t('brake.first', { where: first });

function sentenceOf(brake: WireBrake, answer: BrakeAnswer, labels: Labels): string {
  const { kind, collection, count: n } = brake;
  if (answer === 'keep')
    return kind === 'drift'
      ? t('brake.keep.drift')
      : collection === ''
        ? t('brake.keep.whole')
        : t('brake.keep.collection', { collection });
  const values = { ...sidesOf(brake, labels), n };
  return answer === 'bring-back' ? t(`brake.back.${words[kind]}`, values) : t(`brake.go.${words[kind]}`, values);
}

/** The page in one sentence: what Tandem stopped before. */
export function titleOf(brake: WireBrake, labels: Labels): string {
  const { kind, collection, count: n, of: all, pair } = brake;
  const noun = t('brake.noun', { collection });
  const side = sidesOf(brake, labels).one;
  if (collection === '') return t('brake.title.otherWhole', { pair });
  if (kind === 'deletes' || kind === 'emptied') return t('brake.title.deletes', { n, all, noun, side });
  if (kind === 'changes' || kind === 'drift') return t('brake.title.changes', { n, all, noun, side });
  return t('brake.title.other', { noun });
}

/** On the button: the words of the answer that was chosen. */
export function actText({ count: n, sameAgain }: WireBrake, answer: BrakeAnswer): string {
  if (answer === 'keep') return t('brake.do.keep');
  if (sameAgain) return t('brake.do.end');
  return n === 0 ? t(`brake.${answer}`) : t(`brake.do.${answer}`, { n });
}
