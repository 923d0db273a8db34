import { tell } from '../components/toast.tsx';
import type { MenuEntry } from '../components/menu.tsx';
import { useModel, usePairs } from '../store/hooks.ts';
import { errorBodyOf } from '../store/store.ts';
import { topics } from '../store/topics.ts';
import { t } from '../text/text.ts';
import { time } from '../text/times.ts';

const HOUR_MS = 3_600_000;

/** The next full hour that is at least two hours away. */
const laterToday = (now: number): Date => new Date(Math.ceil((now + 2 * HOUR_MS) / HOUR_MS) * HOUR_MS);

function tomorrowMorning(now: number): Date {
  const day = new Date(now);
  day.setDate(day.getDate() + 1);
  day.setHours(8, 0, 0, 0);
  return day;
}

type LiveCall = 'live.pause' | 'live.resume';

/** Pauses or resumes a pair, or all of them, and tells what failed. */
function useLive(): (name: LiveCall, pair?: string, until?: Date) => void {
  const model = useModel();
  return (name, pair, until) => {
    const params = { ...(pair === undefined ? {} : { pair }), ...(until ? { until: until.toISOString() } : {}) };
    model.transport
      .call(name, params)
      .catch((cause: unknown) => tell({ text: errorBodyOf(cause).message }))
      .finally(() => model.touch(topics));
  };
}

export function useResume(): (pair?: string) => void {
  const ask = useLive();
  return (pair) => ask('live.resume', pair);
}

/** The menu at Pause, for all pairs or for one. Each pause lasts over a restart; changes are noted meanwhile. */
export function usePauseEntries(pair?: string): readonly MenuEntry[] {
  const pairs = usePairs() ?? [];
  const now = Date.now();
  const paused = pairs.filter((status) => (pair === undefined || status.pair === pair) && status.state === 'paused');
  const ask = useLive();
  const disabled = pairs.length === 0 ? t('frame.noPairs') : undefined;
  const later = laterToday(now);
  const entry = (label: string, until?: Date): MenuEntry => ({
    label,
    disabled,
    onSelect: () => ask('live.pause', pair, until),
  });
  return [
    ...(pair === undefined ? [{ heading: t('pause.all') }] : []),
    entry(t('action.pause.hour'), new Date(now + HOUR_MS)),
    entry(t('action.pause.until', { time: time(later.toISOString(), now) }), later),
    entry(t('action.pause.tomorrow'), tomorrowMorning(now)),
    entry(t('action.pause.open')),
    ...(paused.length > 0
      ? (['line', { label: t('action.resume'), onSelect: () => ask('live.resume', pair) }] as const)
      : []),
  ];
}
