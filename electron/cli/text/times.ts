/** Times in the words of people, in the time zone of this computer. Ages only for freshness, never for evidence. */

const DAY = 86_400_000;
const two = (n: number): string => String(n).padStart(2, '0');
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const midnight = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

/** `10:42`, `yesterday 18:06`, `Thursday 08:15`, `12 November`, `12 November 2023`; with `seconds` for run details. */
export function whenText(iso: string, now: number, seconds = false): string {
  const at = new Date(iso);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}${seconds ? `:${two(at.getSeconds())}` : ''}`;
  // Days are not always 24 hours long.
  const days = Math.round((midnight(new Date(now)) - midnight(at)) / DAY);
  if (days === 0) return clock;
  if (days === 1) return `yesterday ${clock}`;
  if (days > 1 && days < 7) return `${DAYS[at.getDay()] ?? ''} ${clock}`;
  const date = `${at.getDate()} ${MONTHS[at.getMonth()] ?? ''}`;
  const dated = at.getFullYear() === new Date(now).getFullYear() ? date : `${date} ${at.getFullYear()}`;
  return seconds ? `${dated} ${clock}` : dated;
}

/** `20 s`, `44 min`, `1 h 30 min`; below one second with one decimal. */
export function durationText(seconds: number): string {
  if (seconds < 0.95) return `${Math.max(0.1, Math.round(seconds * 10) / 10)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** `just now`, `2 min ago`, `3 days ago`. A time that is still to come (a clock was set back) is only named. */
export function ageText(iso: string, now: number): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (seconds < -60) return `dated ${whenText(iso, now)}`;
  if (seconds < 5) return 'just now';
  if (seconds < 2 * 86_400) return `${durationText(seconds)} ago`;
  return `${Math.floor(seconds / 86_400)} days ago`;
}
