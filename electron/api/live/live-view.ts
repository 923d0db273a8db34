import type { WireLivePair } from '../../../shared/contract/live-shapes.ts';
import type { PairOptions } from '../../../shared/config/pair-options.ts';
import { momentText } from '../mapping/moment-text.ts';
import { modeOf } from './live-mode.ts';
import type { LiveSettings } from './live-port.ts';
import type { WatchView } from './pair-watch.ts';
import { bothTell } from './pace.ts';
import { stampOf } from './side-stamps.ts';

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** A pair that nothing keeps in step by itself. */
export const idleView = (settings: Pick<LiveSettings, 'pair' | 'paused'>): WireLivePair => ({
  pair: settings.pair.name,
  mode: 'off',
  paused: settings.paused,
  next: null,
  nextWhy:
    settings.paused === null
      ? 'Nothing happens by itself: a sync begins when it is asked for.'
      : pausedText(settings.paused),
  trouble: null,
  captures: null,
});

/** How a pair stands that the engine keeps in step. */
export function liveView(settings: LiveSettings, watch: WatchView, isBraked: boolean): WireLivePair {
  const { pair, paused } = settings;
  const { trouble } = watch;
  const next = paused === null ? iso(watch.next) : paused.until;
  return {
    pair: pair.name,
    mode: modeOf(pair.options),
    paused,
    next,
    nextWhy: `${paused === null ? whyText(settings, watch) : pausedText(paused)}${isBraked ? BRAKED : ''}`,
    trouble:
      trouble === null
        ? null
        : {
            code: trouble.error.code,
            message: trouble.error.message,
            hint: trouble.error.hint,
            attempts: trouble.attempts,
            since: new Date(trouble.since).toISOString(),
            nextTry: paused === null ? next : null,
            open: trouble.isOpen,
          },
    captures: watch.captures,
  };
}

const BRAKED = ' What a brake holds back waits for your answer.';

/** `Paused until 14:30 on 2026-12-01.`, in the time of this computer. */
export const pausedText = ({ until }: { readonly until: string | null }): string =>
  until === null ? 'Paused until you say so.' : `Paused until ${momentText(until)}.`;

function whyText({ pair, looks }: LiveSettings, { doing, trouble, captures }: WatchView): string {
  if (doing === 'syncing') return 'A sync is under way.';
  if (doing === 'retrying')
    return trouble?.isOpen
      ? 'It failed several times in a row, so it is tried seldom until something changes.'
      : 'It is tried again.';
  if (!looks) return scheduleText(pair.options);
  if (stampOf(pair) !== null) return 'The files are looked at every second; everything is looked at now and then.';
  return captures !== null && bothTell(captures)
    ? 'Changes are carried as they happen; everything is looked at once a minute.'
    : 'Both sides are looked at again and again.';
}

function scheduleText({ syncIntervalMinutes, syncSchedule }: PairOptions): string {
  return syncIntervalMinutes === null && syncSchedule === null
    ? 'It is synced at the start, and when a server is back.'
    : 'It is synced at its times.';
}
