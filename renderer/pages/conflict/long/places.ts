import { lineChanges, linesOf, textOf, type LineChange } from './lines.ts';
import type { Origin } from '../fields.ts';

/** Lines that are another on at least one side. */
export interface Place {
  readonly base: readonly string[] | undefined;
  readonly local: readonly string[];
  readonly remote: readonly string[];
  /** Where it begins, from 0, in each of the texts. */
  readonly at: { readonly base: number; readonly local: number; readonly remote: number };
  /** The side that alone changed it; a join takes that one. */
  readonly onlyBy: 'local' | 'remote' | undefined;
}

/** A text cut at its places: lines that are settled, and places. */
export type Part = readonly string[] | Place;
export const isPlace = (part: Part): part is Place => !Array.isArray(part);

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((line, i) => line === b[i]);

/** Both texts against what both last had; without that, against one another. Every line of each stands in exactly one part. */
export function partsOf(base: string | undefined, local: string, remote: string): readonly Part[] {
  const [here, there] = [linesOf(local), linesOf(remote)];
  return base === undefined ? twoWay(here, there) : threeWay(linesOf(base), here, there);
}

function twoWay(here: readonly string[], there: readonly string[]): readonly Part[] {
  const parts: Part[] = [];
  let next = 0;
  for (const { fromA, toA, fromB, toB } of lineChanges(here, there)) {
    parts.push(here.slice(next, fromA), {
      base: undefined,
      local: here.slice(fromA, toA),
      remote: there.slice(fromB, toB),
      at: { base: fromA, local: fromA, remote: fromB },
      onlyBy: undefined,
    });
    next = toA;
  }
  return [...parts, here.slice(next)];
}

type Side = 'local' | 'remote';
type Sided = LineChange & { readonly side: Side };

const isInsertion = ({ fromA, toA }: LineChange): boolean => fromA === toA;

/** Changes that overlap are one place, and those that touch where lines were added: which come first cannot be told. */
function belongs(change: Sided, group: readonly Sided[], to: number): boolean {
  if (group.length === 0 || change.fromA < to) return true;
  return change.fromA === to && [change, ...group.filter(({ toA }) => toA === to)].some(isInsertion);
}

/** What changed on each side since both last agreed, at its place in what they had. */
function threeWay(base: readonly string[], here: readonly string[], there: readonly string[]): readonly Part[] {
  const sided = (side: Side, lines: readonly string[]): Sided[] =>
    lineChanges(base, lines).map((change) => ({ ...change, side }));
  const changes = [...sided('local', here), ...sided('remote', there)].toSorted((a, b) => a.fromA - b.fromA);
  const parts: Part[] = [];
  const ahead = { local: 0, remote: 0 };
  let next = 0;
  for (let i = 0; i < changes.length;) {
    const group: Sided[] = [];
    const from = changes[i]?.fromA ?? 0;
    let to = from;
    for (let change = changes[i]; change !== undefined && belongs(change, group, to); change = changes[i]) {
      group.push(change);
      to = Math.max(to, change.toA);
      i++;
    }
    const grown = (side: Side): number =>
      group
        .filter((one) => one.side === side)
        .reduce((sum, { fromA, toA, fromB, toB }) => sum + toB - fromB - (toA - fromA), 0);
    const cut = (side: Side, lines: readonly string[]): readonly string[] =>
      lines.slice(from + ahead[side], to + ahead[side] + grown(side));
    const place: Place = {
      base: base.slice(from, to),
      local: cut('local', here),
      remote: cut('remote', there),
      at: { base: from, local: from + ahead.local, remote: from + ahead.remote },
      onlyBy: onlyOne(group),
    };
    parts.push(base.slice(next, from), isSame(place.local, place.remote) ? place.local : place);
    ahead.local += grown('local');
    ahead.remote += grown('remote');
    next = to;
  }
  return [...parts, base.slice(next)];
}

function onlyOne(group: readonly Sided[]): Side | undefined {
  const [first] = group;
  return group.every(({ side }) => side === first?.side) ? first?.side : undefined;
}

/** The text with a place from each; `undefined` while one of them is open. */
export function composed(parts: readonly Part[], taken: readonly (Origin | undefined)[]): string | undefined {
  let at = 0;
  const lines: string[] = [];
  for (const part of parts) {
    if (!isPlace(part)) {
      lines.push(...part);
      continue;
    }
    const origin = taken[at++];
    const chosen = origin === undefined ? undefined : part[origin];
    if (chosen === undefined) return undefined;
    lines.push(...chosen);
  }
  return textOf(lines);
}

/** Where each place stands in the text that is composed with these. */
function rangeOf(
  parts: readonly Part[],
  taken: readonly (Origin | undefined)[],
  index: number,
): readonly [number, number] {
  let [line, at] = [0, 0];
  for (const part of parts) {
    const lines = isPlace(part) ? (part[taken[at] ?? 'local'] ?? []) : part;
    if (isPlace(part) && at++ === index) return [line, line + lines.length];
    line += lines.length;
  }
  return [line, line];
}

/** Takes a place anew in a text that was written on by hand since it was composed: what was written elsewhere stays. */
export function retaken(
  parts: readonly Part[],
  taken: readonly (Origin | undefined)[],
  { written, index, origin }: { readonly written: string; readonly index: number; readonly origin: Origin },
): string {
  const before = linesOf(composed(parts, taken) ?? '');
  const now = linesOf(written);
  const [from, to] = rangeOf(parts, taken, index);
  let [start, end] = [from, to];
  let [shift, inside] = [0, 0];
  for (const { fromA, toA, fromB, toB } of lineChanges(before, now)) {
    if (toA <= from && !(fromA === from && toA === to)) shift += toB - fromB - (toA - fromA);
    else if (fromA < to || (fromA === from && toA === to)) {
      start = Math.min(start, fromA);
      end = Math.max(end, toA);
      inside += toB - fromB - (toA - fromA);
    }
  }
  const lines = parts.filter(isPlace)[index]?.[origin] ?? [];
  return textOf([...now.slice(0, start + shift), ...lines, ...now.slice(end + shift + inside)]);
}
