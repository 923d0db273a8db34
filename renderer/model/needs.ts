import type { WireBrake } from '../../shared/contract/run-shapes.ts';
import type { WirePairStatus } from '../../shared/contract/pair-shapes.ts';
import { t } from '../text/text.ts';
import { addresses } from './addresses.ts';
import type { StateMark } from './pair-state.ts';

/** One thing that only a person can answer. */
export interface Need {
  readonly mark: StateMark;
  readonly title: string;
  readonly next: string;
  readonly label: string;
  readonly to: string;
}

const ranks = ['brake', 'stopped', 'conflicts', 'holds'] as const;

/** Everything that needs a person, in the order of the design: brakes, stops, conflicts, holds. */
export function needsOf(pairs: readonly WirePairStatus[]): readonly Need[] {
  return ranks.flatMap((rank) => pairs.flatMap((status) => needs[rank](status)));
}

const needs: Readonly<Record<(typeof ranks)[number], (status: WirePairStatus) => readonly Need[]>> = {
  brake: ({ pair, brakes }) => brakes.filter(({ answer }) => answer === null).map((brake) => brakeNeed(pair, brake)),
  stopped: (status) =>
    status.state === 'stopped' && status.brakes.every(({ answer }) => answer !== null)
      ? [
          {
            mark: 'stop',
            title: t('overview.need.stopped', { pair: status.pair }),
            next: status.sentence.replace(/^Stopped: /, ''),
            label: t('overview.act.stopped'),
            to: addresses.pair(status.pair),
          },
        ]
      : [],
  conflicts: ({ pair, conflicts: { open: n } }) =>
    n > 0
      ? [
          {
            mark: 'wait',
            title: t('overview.need.conflicts', { pair, n }),
            next: t('overview.need.conflictsNext'),
            label: t('overview.act.conflicts', { n }),
            to: addresses.conflicts({ pair }),
          },
        ]
      : [],
  holds: ({ pair, holds: n }) =>
    n > 0
      ? [
          {
            mark: 'wait',
            title: t('overview.need.holds', { pair, n }),
            next: t('overview.need.holdsNext', { n }),
            label: t('overview.act.holds'),
            to: addresses.history('holds', pair),
          },
        ]
      : [],
};

function brakeNeed(pair: string, { kind, count, of, collection, cause }: WireBrake): Need {
  const counted = count > 0 && of > 0 && (kind === 'deletes' || kind === 'changes');
  return {
    mark: 'stop',
    title: counted
      ? t('overview.need.brake', {
          pair,
          doing: kind === 'deletes' ? 'deleting' : 'changing',
          n: count,
          of,
          noun: collection || 'records',
        })
      : t('overview.need.brakeOther', { pair }),
    next: cause,
    label: t('overview.act.brake'),
    to: addresses.brake(pair, collection),
  };
}
