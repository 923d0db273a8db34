import { usage } from '../cli.ts';

const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, min: 60_000, s: 1000 };
const MOST_MS = 366 * 86_400_000;

/** `90m`, `1h30m`, `2d`: a length of time, in milliseconds. */
export function lengthOfTime(text: string): number {
  const parts = [...text.matchAll(/(\d{1,6})(min|[dhms])/g)];
  const ms = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0), 0);
  if (parts.length > 0 && parts.map(([part]) => part).join('') === text && ms > 0 && ms <= MOST_MS) return ms;
  throw usage(`Reading the command failed: “${text}” is no length of time.`, 'Write it like 45m, 1h30m or 2d.');
}

/** `18:30` (the next one), `2026-12-02`, `2026-12-02 09:00` by the clock of this computer, or a whole ISO 8601 time. */
export function momentFrom(text: string, now: number): string {
  const at = read(text.trim(), now);
  if (at === null || Number.isNaN(at.getTime()))
    throw usage(
      `Reading the command failed: “${text}” is no time.`,
      'Write it like 18:30, 2026-12-02 or 2026-12-02T09:00.',
    );
  return at.toISOString();
}

function read(text: string, now: number): Date | null {
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hour !== undefined) {
    const at = new Date(now);
    at.setHours(Number(hour), Number(minute), 0, 0);
    if (at.getTime() <= now) at.setDate(at.getDate() + 1);
    return at;
  }
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return new Date(`${text}T00:00`);
  return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text) ? new Date(text.replace(' ', 'T')) : null;
}
