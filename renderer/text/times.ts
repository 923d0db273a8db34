const DAY_MS = 86_400_000;

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const exact = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long' });
const dayOnly = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' });
const dayAndYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
const today = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });

const midnight = (at: number): number => new Date(at).setHours(0, 0, 0, 0);
/** Rounded, since a day may have 23 or 25 hours. */
const daysBetween = (from: number, to: number): number => Math.round((midnight(to) - midnight(from)) / DAY_MS);

/** `10:42`, `yesterday 18:06`, `Thursday 08:15`, `12 November`, `12 November 2024`; `clockToo` adds the time to the last two. */
export function time(moment: string, now = Date.now(), { clockToo = false } = {}): string {
  const at = Date.parse(moment);
  const days = daysBetween(at, now);
  const at10 = clock.format(at);
  if (days === 0) return at10;
  if (days === 1) return `yesterday ${at10}`;
  if (days === -1) return `tomorrow ${at10}`;
  if (days > 1 && days < 7) return `${weekday.format(at)} ${at10}`;
  const date = (new Date(at).getFullYear() === new Date(now).getFullYear() ? dayOnly : dayAndYear).format(at);
  return clockToo ? `${date}, ${at10}` : date;
}

/** `12 November` */
export const day = (moment: string): string => dayOnly.format(Date.parse(moment));

/** With seconds, for the details of a run. */
export const exactTime = (moment: string): string => exact.format(Date.parse(moment));

/** `Saturday 21 November, 10:42` */
export const fullDay = (now: number): string => `${today.format(now).replace(',', '')}, ${clock.format(now)}`;

/** `20 s`, `44 min`, `1 h 30 min`, `3 days` */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** Only for freshness, never for evidence: `just now`, `2 min ago`. */
export function age(moment: string, now = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(moment)) / 1000);
  return seconds < 45 ? 'just now' : `${duration(Math.max(60, seconds))} ago`;
}
