/** A moment as ISO 8601 writes it, or SQL with a space; `null` where the text says no place or no time of day. */
interface IsoTime {
  /** Which parts are written, and the letter between date and time: only like forms are compared without a place. */
  readonly form: string;
  /** Minutes that the clock of the place is ahead of UTC. */
  readonly offset: number | null;
  /** Whole seconds as the clock of the place shows them. */
  readonly seconds: number;
  /** Digits behind the second, without zeros at the end. */
  readonly fraction: string;
}

const FORM =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:(?<between>[T ])(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.(?<fraction>\d+))?)?(?<place>Z|[+-]\d\d:\d\d)?)?$/;

/**
 * Which of two texts names the later moment: 1 the first, -1 the second, 0 neither. `null` where it cannot be said
 * without doubt: they are no such times, one names its offset from UTC and the other does not, or the forms differ.
 */
export function compareTimes(first: string, second: string): 1 | 0 | -1 | null {
  const [a, b] = [timeOf(first), timeOf(second)];
  if (!a || !b || (a.offset === null) !== (b.offset === null)) return null;
  if (a.offset === null && a.form !== b.form) return null;
  const seconds = a.seconds - (a.offset ?? 0) * 60 - (b.seconds - (b.offset ?? 0) * 60);
  if (seconds !== 0) return seconds > 0 ? 1 : -1;
  return a.fraction === b.fraction ? 0 : a.fraction > b.fraction ? 1 : -1;
}

function timeOf(text: string): IsoTime | null {
  const parts = FORM.exec(text)?.groups;
  if (!parts) return null;
  const number = (name: string): number => Number(parts[name] ?? '0');
  const [year, month, day] = [number('year'), number('month'), number('day')];
  const [hour, minute, second] = [number('hour'), number('minute'), number('second')];
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second));
  date.setUTCFullYear(year, month - 1, day);
  const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  const offset = parts['place'] === undefined ? null : offsetOf(parts['place']);
  if (!real || Number.isNaN(offset)) return null;
  return {
    form: [parts['between'], parts['second'] === undefined ? '' : 's'].join(''),
    offset,
    seconds: date.getTime() / 1000,
    fraction: (parts['fraction'] ?? '').replace(/0+$/, ''),
  };
}

/** In minutes; not a number where no place on earth has it. */
function offsetOf(place: string): number {
  if (place === 'Z') return 0;
  const [hours, minutes] = [Number(place.slice(1, 3)), Number(place.slice(4))];
  if (hours > 18 || minutes > 59) return Number.NaN;
  return (place.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
