import { shellQuote } from '../lib/shell-quote.ts';
import type { WireNotInPair } from '../contract/run-shapes.ts';

const options = { expiry: '--expiry', keepOwn: '--keep-own' } as const;

/** What follows `tandem pair edit NAME` to take a collection in by agreeing to this. */
export const takeInWords = ({ collection, agree = [] }: Pick<WireNotInPair, 'collection' | 'agree'>): string[] => [
  '--add',
  collection,
  ...agree.map((one) => options[one]),
];

/** The whole command, as a shell has to be given it. */
export const takeInCommand = (pair: string, one: Pick<WireNotInPair, 'collection' | 'agree'>): string =>
  ['tandem', 'pair', 'edit', pair, ...takeInWords(one)].map(shellQuote).join(' ');
