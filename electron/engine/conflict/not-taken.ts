import { AppError } from '../../../shared/contract/errors.ts';
import { refName, type Pass } from '../run/context.ts';
import { otherSide, type SideName } from '../settings.ts';
import type { KeyRef, Resting } from '../state/stored.ts';
import type { HoldRow } from '../state/waiting.ts';
import { offer } from './decided.ts';
import type { Request, Unanswered } from './hold-actions.ts';
import { moved, refusal } from './hold-choices.ts';
import { inTheWay } from './in-the-way.ts';
import { otherAnswers } from './other-answers.ts';
import { recordName } from './records.ts';

const PAGE = 1000;

/** Of records that were on hold, those whose hold has ended since: they wait as conflicts now, or go their way, and take no such answer. */
export async function noLongerHeld(pass: Pass, held: readonly KeyRef[]): Promise<readonly Unanswered[]> {
  const edited: Unanswered[] = [];
  for await (const { collection, key, rests } of restingOf(pass, held))
    if (!rests?.hold)
      edited.push({ collection, key, error: endedSince(pass, { collection, key }, Boolean(rests?.item)) });
  return edited;
}

/** What waits or rests under each of these keys, a page at a time. */
async function* restingOf(
  { id, store }: Pass,
  records: readonly KeyRef[],
): AsyncGenerator<KeyRef & { readonly rests: Resting | undefined }> {
  for (const [collection, refs] of Map.groupBy(records, (ref) => ref.collection))
    for (let at = 0; at < refs.length; at += PAGE) {
      const keys = refs.slice(at, at + PAGE).map(({ key }) => key);
      const resting = await store.resting(id, collection, keys);
      for (const key of keys) yield { collection, key, rests: resting.get(key) };
    }
}

function endedSince(pass: Pass, ref: KeyRef, asks: boolean): AppError {
  const [what, hint] = asks
    ? [
        'was edited since it was undone. It is on hold no more, and waits for you as a conflict.',
        'See: tandem conflicts',
      ]
    : [
        'is on hold no more: it was edited since it was undone, or both sides are equal by now. An edit goes to the other side like any other.',
        'What rests still: tandem holds',
      ];
  return refusal(pass, ref.collection, `${recordName(ref)} ${what}`, hint, 'moved');
}

/** So many are told one by one; of more it is not looked for what else could be done. */
const TOLD = 20;

/** The records whose hold still stands, each with the reason and with the answers that would be taken instead. */
export async function notCarriedOut(
  pass: Pass,
  records: readonly KeyRef[],
  request: Request,
): Promise<readonly Unanswered[]> {
  const failed: Unanswered[] = [];
  for await (const { collection, key, rests } of restingOf(pass, records)) {
    const hold = rests?.hold;
    const reason = pass.refused.get(refName({ collection, key }));
    const [side] = hold ? (pass.tally.wroteOn.get(refName({ collection, key })) ?? []) : [];
    if (side) failed.push({ collection, key, error: writtenInPart(pass, { collection, key, hold, reason }, side) });
    else if (reason !== undefined)
      failed.push({
        collection,
        key,
        error: await notWritten(pass, { collection, key, hold, reason }, request, failed.length < TOLD),
      });
    else if (hold) failed.push({ collection, key, error: moved(pass, { collection, key }) });
  }
  return failed;
}

interface NotTaken extends KeyRef {
  readonly hold: HoldRow | null | undefined;
  readonly reason: string | undefined;
}

/** Judged before anything was written: what is in the way, by name where it rests itself, and what can be done instead. */
async function notWritten(
  pass: Pass,
  { collection, key, hold, reason }: NotTaken,
  request: Request,
  isTold: boolean,
): Promise<AppError> {
  const instead = hold && isTold ? ` ${offer(await otherAnswers(pass, hold, request))}` : '';
  const why = hold ? await inTheWay(pass, hold, request, reason ?? '') : (reason ?? '');
  const stays = `${recordName({ collection, key })} stays on hold. See: tandem holds`;
  return refusal(pass, collection, `${why}${instead}`.trim(), stays);
}

/** One side took the answer before the other refused it; the old value is still the old one. */
function writtenInPart(pass: Pass, { collection, key, reason }: NotTaken, side: SideName): AppError {
  const { [side]: there, [otherSide(side)]: other } = pass.settings.sideLabel;
  const why = reason ?? `The record changed on ${other} meanwhile.`;
  return new AppError({
    ...refusal(
      pass,
      collection,
      `Written on ${there} only: ${recordName({ collection, key })}. ${why}`,
      'It stays on hold as it stands now. See: tandem holds',
    ).toBody(),
    next: `Nothing was written on ${other}.`,
  });
}
