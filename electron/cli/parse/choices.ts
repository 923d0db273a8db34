import { listText } from '../text/words.ts';
import { nearest } from '../../../shared/lib/nearest.ts';
import { usage } from '../cli.ts';

/** One of a closed list; anything else is an error that names the nearest and all. */
export function oneOf<T extends string>(choices: readonly T[], what: string): (text: string) => T {
  return (text) => {
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return found;
    const near = nearest(text, choices);
    throw usage(
      `Reading the command failed: “${text}” is no ${what}.`,
      `${near === undefined ? '' : `Did you mean ${near}? `}There are: ${listText(choices)}.`,
    );
  };
}

/** A whole number from `least` on. */
export function wholeNumber(what: string, least = 1): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d{1,9}$/.test(text) && number >= least) return number;
    throw usage(`Reading the command failed: “${text}” is no ${what}.`, `Give a whole number from ${least} on.`);
  };
}
