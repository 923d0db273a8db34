import type { WireTimelineEntry } from '../../../shared/contract/system-shapes.ts';
import type { WireValue } from '../../../shared/model/ejson.ts';
import { displayValue } from '../../../shared/model/display.ts';
import { differing, fieldNames, fieldOf, titleOf } from '../../model/records.ts';
import type { Labels } from '../../store/use-labels.ts';
import { time } from '../../text/times.ts';
import { t } from '../../text/text.ts';

export type Entry = WireTimelineEntry;

/** The fields that an event is about. */
export const fieldsOf = ({ before, after }: Entry): readonly string[] => differing(before, after);

/** Newest first; those that touch the field, where one is looked at. */
export const eventsOf = (entries: readonly Entry[], field: string | undefined): readonly Entry[] =>
  entries.filter((entry) => field === undefined || fieldsOf(entry).includes(field)).toReversed();

/** Every field that the record had in anything that is kept, with what it holds as far as that tells. */
export function fieldsWithValues(
  entries: readonly Entry[],
): readonly { readonly field: string; readonly value: WireValue | undefined }[] {
  const states = entries.filter(({ what }) => what !== 'conflict').flatMap(({ before, after }) => [before, after]);
  const names = fieldNames(...entries.flatMap(({ before, after }) => [after, before]));
  return names.map((field) => ({
    field,
    value: fieldOf(states.findLast((state) => state !== null && Object.hasOwn(state, field)) ?? null, field),
  }));
}

export const titleOfAll = (entries: readonly Entry[]): string | undefined =>
  titleOf(...entries.toReversed().flatMap(({ after, before }) => [after, before]));

const sideText = ({ side }: Entry, labels: Labels): string => (side === null ? t('timeline.otherSide') : labels[side]);
const when = ({ at }: Entry): string => {
  const said = time(at, Date.now(), { clockToo: true });
  return /^\d\d:\d\d$/.test(said) ? t('timeline.at', { time: said }) : said;
};

/** Why a value is here, in one sentence: the newest event, and the decision that it carried out. */
export function answerOf(events: readonly Entry[], field: string | undefined, labels: Labels): string {
  const [last] = events;
  if (last === undefined) return t('timeline.nothingOf');
  const values = {
    run: last.run,
    side: sideText(last, labels),
    time: when(last),
    who: last.who,
    text: last.text,
    since: time(last.at, Date.now(), { clockToo: true }),
  };
  const decided =
    last.what === 'written' ? events.find(({ what, run }) => what === 'resolved' && run === last.run) : undefined;
  const sentence = decided
    ? t('timeline.answer.writtenDecided', { ...values, who: decided.who, time: when(decided) })
    : t(`timeline.answer.${last.what}`, values);
  const giving = decided ?? (last.what === 'decision' || last.what === 'resolved' ? last : undefined);
  const lost = field === undefined || giving === undefined ? undefined : fieldOf(giving.before, field);
  return lost === undefined ? sentence : `${sentence} ${t('timeline.lost', { value: displayValue(lost, 200) })}`;
}

/** What happened, as the head of an event. */
export function whatText(entry: Entry, labels: Labels): string {
  const { what, before, after, who } = entry;
  const side = sideText(entry, labels);
  if (what === 'written')
    return t(`timeline.what.${before === null ? 'added' : after === null ? 'deleted' : 'changed'}`, { side });
  return t(`timeline.what.${what}`, { side, who });
}
