const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const SUFFIX_LENGTH = 4;

/**
 * A new value close to `old` that is probably free: `john` → `john_a7k2`. The end is `_` and four lower-case letters or
 * digits, so it is also new where the side compares without case. `random` gives numbers in [0, 1). Whether it is
 * free, and short enough for the field, the caller finds out.
 */
export function suggestValue(old: string, random: () => number): string {
  let suffix = '';
  while (suffix.length < SUFFIX_LENGTH) suffix += LETTERS.charAt(Math.floor(random() * LETTERS.length));
  return `${old}_${suffix}`;
}

/**
 * The first of `candidates` that is not taken, or `null` after `attempts` of them were. Asks for one candidate at a
 * time and only as many as it needs, so they may come from an endless generator.
 */
export async function firstFree<T>(
  candidates: Iterable<T>,
  isTaken: (candidate: T) => Promise<boolean>,
  attempts: number,
): Promise<T | null> {
  if (attempts <= 0) return null;
  let tried = 0;
  for (const candidate of candidates) {
    if (!(await isTaken(candidate))) return candidate;
    tried++;
    if (tried >= attempts) return null;
  }
  return null;
}
