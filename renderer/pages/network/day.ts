import type { WireServerQuarter } from '../../../shared/contract/network-shapes.ts';

export const QUARTER_MS = 15 * 60_000;
export const DAY_MS = 24 * 3_600_000;

/** `partly`: at times as it should, at times not. */
export type Availability = 'answered' | 'partly' | 'silent' | 'unasked';

/** Quarters in a row that were alike. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly was: Availability;
  readonly asked: number;
  readonly answered: number;
  /** The mean of all answers. */
  readonly latencyMs: number | null;
}

export function availabilityOf({ asked, answered }: WireServerQuarter): Availability {
  if (answered === asked) return 'answered';
  return answered === 0 ? 'silent' : 'partly';
}

/** The day in words: what was alike is one stretch, and between them stands when nobody asked. Oldest first. */
export function stretchesOf(day: readonly WireServerQuarter[], now: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const quarter of day) {
    const from = Date.parse(quarter.from);
    const was = availabilityOf(quarter);
    const last = stretches.at(-1);
    if (last !== undefined && last.to < from) stretches.push(unasked(last.to, from));
    const to = Math.min(from + QUARTER_MS, now);
    const { asked, answered, latencyMs } = quarter;
    if (last?.was === was && last.to === from)
      stretches[stretches.length - 1] = {
        ...last,
        to,
        asked: last.asked + asked,
        answered: last.answered + answered,
        latencyMs: meanOf(last, quarter),
      };
    else stretches.push({ from, to, was, asked, answered, latencyMs });
  }
  const last = stretches.at(-1);
  // A quarter that has only begun, and in which nobody asked yet, is no gap.
  if (last !== undefined && now - last.to > QUARTER_MS) stretches.push(unasked(last.to, now));
  return stretches;
}

const unasked = (from: number, to: number): Stretch => ({
  from,
  to,
  was: 'unasked',
  asked: 0,
  answered: 0,
  latencyMs: null,
});

type Answers = Pick<Stretch, 'answered' | 'latencyMs'>;

function meanOf(a: Answers, b: Answers): number | null {
  const answered = a.answered + b.answered;
  return answered === 0 ? null : ((a.latencyMs ?? 0) * a.answered + (b.latencyMs ?? 0) * b.answered) / answered;
}
