/** What each field of a cron text may hold: its range, and names that stand for numbers from there on. */
const fields: readonly { readonly from: number; readonly to: number; readonly names: readonly string[] }[] = [
  { from: 0, to: 59, names: [] },
  { from: 0, to: 23, names: [] },
  { from: 1, to: 31, names: [] },
  { from: 1, to: 12, names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] },
  { from: 0, to: 7, names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] },
];

/** The longest month of each, so that a day that never comes is known as such. */
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Five fields (minute, hour, day of the month, month, day of the week), each `*`, a number, a name, `from-to`, with
 * `/step` where it is a range, or several of them with commas: `30 8-18/2 * * MON-FRI`. False for what never comes.
 */
export function isCron(text: string): boolean {
  const parts = text.split(' ');
  if (parts.length !== fields.length) return false;
  const values = parts.map((part, i) => valuesOf(part, fields[i]));
  const [, , days, months] = values;
  if (values.some((each) => each === null) || !days || !months) return false;
  return parts[4] !== '*' || months.some((month) => days.some((day) => day <= (LONGEST[month - 1] ?? 0)));
}

function valuesOf(part: string, field: (typeof fields)[number] | undefined): readonly number[] | null {
  if (field === undefined) return null;
  const found = part.split(',').map((each) => rangeOf(each, field));
  return found.every((each) => each !== null) ? found.flat() : null;
}

function rangeOf(text: string, field: (typeof fields)[number]): readonly number[] | null {
  const [, low = '', high, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d{1,2}))?$/.exec(text) ?? [];
  const isRange = low === '*' ? high === undefined : high !== undefined;
  if (step !== undefined && (!isRange || Number(step) === 0 || Number(step) > field.to)) return null;
  if (low === '*' && high !== undefined) return null;
  const from = low === '*' ? field.from : numberOf(low, field);
  const to = low === '*' ? field.to : high === undefined ? from : numberOf(high, field);
  if (from === null || to === null || from > to) return null;
  const by = step === undefined ? 1 : Number(step);
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, i) => from + i * by);
}

function numberOf(text: string, { from, to, names }: (typeof fields)[number]): number | null {
  const at = names.indexOf(text.toUpperCase());
  const number = at >= 0 ? at + from : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return number >= from && number <= to ? number : null;
}
