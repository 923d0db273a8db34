import type { WireFinding } from '../../../shared/contract/pair-shapes.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { nearest } from '../../../shared/lib/nearest.ts';
import { displayValue } from '../../../shared/model/display.ts';
import type { Comparison } from './compare-schemas.ts';
import type { Looked } from './look.ts';

/** Names that are on neither side, or nothing to keep in step at all. */
export function refuseUnknown(
  pair: string,
  { unknown, collections, missing }: Comparison,
  looked: readonly Looked[],
): void {
  const there = [...new Set(looked.flatMap(({ schema }) => schema.collections.map(({ name }) => name)))];
  const reported = looked.flatMap(({ schema }) => schema.reported);
  const left = unknown.flatMap((name) => reported.find((one) => sameName(one.name, name)) ?? []);
  if (left.length > 0) {
    const texts = left.map(({ name, why }) => `${displayValue(name)} cannot be kept in step: ${why}`);
    throw mismatch(pair, texts.join('; '), 'Leave it out, or name another collection with --collections.');
  }
  if (unknown.length > 0) throw unknownCollections(pair, unknown, there);
  if (collections.size === 0 && missing.length === 0 && there.length === 0)
    throw mismatch(pair, 'both sides are empty', 'Create at least one collection (SQLite: table) on one side first.');
}

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

function unknownCollections(pair: string, unknown: readonly string[], there: readonly string[]): AppError {
  const near = unknown.flatMap((name) => nearest(name, there) ?? []);
  return new AppError({
    code: 'not-found',
    operation: 'pairs.add',
    message: `Adding the pair ${pair} failed: neither side has ${unknown.join(', ')}.`,
    next: 'Nothing was changed on either side.',
    hint:
      near.length > 0
        ? `Did you mean ${[...new Set(near)].join(', ')}?`
        : there.length > 0
          ? `There are: ${there.join(', ')}.`
          : 'Both sides are empty.',
    subject: { pair },
  });
}

/** What is on both sides and does not fit. */
export function refuseBlocked(pair: string, { findings, collections }: Comparison): void {
  const blocking = findings.filter(({ blocks }) => blocks);
  const say = ({ collection, text }: WireFinding): string => (collection ? `${collection}: ${text}` : text);
  if (blocking.length > 0) {
    const texts = blocking.slice(0, 5).map(say);
    throw mismatch(pair, texts.join(' '), 'Make the schemas fit, or name with --collections what fits.');
  }
  if (collections.size > 0) return;
  const own = findings.filter(({ collection }) => collection !== '');
  const why = own.length > 0 ? own : findings;
  const more = why.length > 3 ? [`… and ${why.length - 3} more.`] : [];
  const texts = [...why.slice(0, 3).map(say), ...more];
  throw mismatch(pair, 'there is no collection that could be kept in step', texts.join(' '));
}

/** What only a person can agree to. */
export function refuseUnasked(
  {
    pair,
    operation,
    doing,
  }: { readonly pair: string; readonly operation: string; readonly doing: 'Adding' | 'Changing' },
  findings: readonly WireFinding[],
): void {
  const asking = findings.filter(({ asks }) => asks);
  if (asking.length === 0) return;
  const texts = asking.slice(0, 5).map(({ collection, text }) => `${collection}: ${text}`);
  throw new AppError({
    code: 'usage',
    operation,
    message: `${doing} the pair ${pair} stopped: ${texts.join(' ')}`,
    next: 'Nothing was changed on either side.',
    hint: `Add --expiry if records that expire on one side shall go on the other, too. Else create the same index on both sides or drop it, leave the collection out${doing === 'Adding' ? ' with --collections' : ''}, or let its records flow only towards the side where they expire (--direction).`,
    subject: { pair },
  });
}

function mismatch(pair: string, what: string, hint: string): AppError {
  const message = `Adding the pair ${pair} failed: ${what}`;
  return new AppError({
    code: 'schema-mismatch',
    operation: 'pairs.add',
    message: message.endsWith('.') ? message : `${message}.`,
    next: 'Nothing was changed on either side.',
    hint,
    subject: { pair },
    retry: 'after-user-action',
  });
}

export const otherKindText = (label: string): string =>
  `It is missing on ${label}, and schema can only be created between two databases of one kind. Create it there yourself.`;

/** The exact schema of one kind means nothing to another. */
export function otherKind(pair: string, a: Looked, b: Looked): AppError {
  return new AppError({
    code: 'unsupported',
    operation: 'pairs.add',
    message: `Adding the pair ${pair} failed: schema can only be created between two databases of one kind, and these are ${a.kind} and ${b.kind}.`,
    next: 'Nothing was changed on either side.',
    hint: 'Create what is missing there yourself.',
    subject: { pair },
  });
}
