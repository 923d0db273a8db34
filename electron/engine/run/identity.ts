import { AppError } from '../../../shared/contract/errors.ts';
import type { BrakeKind } from '../../../shared/model/words.ts';
import { isOneDatabase } from '../port/connector.ts';
import { sideNames, type SideName } from '../settings.ts';
import type { PairRow } from '../state/stored.ts';
import { collectionReplaced } from './collection-identity.ts';
import { LookAgain, pairRow, type Identities, type PairContext, type Pass } from './context.ts';
import { finishRaise, hasMarker, readMarker } from './markers.ts';

interface Doubt {
  readonly kind: BrakeKind;
  readonly side: SideName;
  readonly cause: string;
}

/**
 * Is each side still the one the base was agreed with? If not, the base is set aside and one question is asked (L6).
 * `false`: there is doubt, and collections are missing too, so that nothing can be compared yet.
 */
export async function checkIdentity(pass: Pass, whole: boolean): Promise<boolean> {
  const row = await pairRow(pass);
  const sides = pass.shown ? unlike(pass, pass.shown) : await identified(pass);
  pass.shown = sides;
  const identity = { A: sides.A.id, B: sides.B.id };
  if (row.mode === 'new') {
    await begin(pass, identity);
    return true;
  }
  const sure = identityDoubt(pass, row, identity) ?? versionDoubt(pass, row, sides);
  let doubt = sure ?? (await markerDoubt(pass, row));
  if (doubt && !sure && (await plantFirst(pass, row))) doubt = await markerDoubt(pass, row);
  if (doubt && !whole) return false;
  if (doubt) await setBaseAside(pass, doubt);
  else await finishRaise(pass);
  return true;
}

/** Throws where both sides are one database: nothing that is done to one of them leaves the other as it was. */
export async function identified(ctx: PairContext): Promise<Identities> {
  const { A, B } = ctx.connectors;
  return unlike(ctx, { A: await A.identity(), B: await B.identity() });
}

function unlike({ settings }: PairContext, sides: Identities): Identities {
  const { A, B } = sides;
  if (!isOneDatabase(A, B)) return sides;
  throw new AppError({
    code: 'same-database',
    operation: 'identity',
    subject: { pair: settings.name },
    message: `Working on ${settings.name} stopped: both of its addresses lead to the same database, ${B.label}.`,
    next: 'Nothing was written.',
    hint: `Put the other database back in its place, or name where it is now: ${settings.sideMove.A}, or ${settings.sideMove.B}`,
    retry: 'after-user-action',
  });
}

/** The highest versions that both sides have shown; kept at the end of a pass, so that an older copy is known by its own. */
export async function versionsSeen({ shown, ...ctx }: Pass): Promise<PairRow['seen']> {
  const { seen } = await pairRow(ctx);
  return { A: Math.max(seen.A, shown?.A.version ?? 0), B: Math.max(seen.B, shown?.B.version ?? 0) };
}

/**
 * The path still names the open database (L6): asked before the first batch, and after each one is written, which is
 * before its acknowledgement and before the next one.
 */
export async function checkStillThere(pass: Pass): Promise<void> {
  const row = await pairRow(pass);
  const { identity, made } = row;
  const now = await identified(pass);
  pass.shown = now;
  for (const side of sideNames) if (now[side].id !== identity[side]) throw new LookAgain(`side ${side} was replaced`);
  if (versionDoubt(pass, row, now)) throw new LookAgain('an older copy of a side was put in its place');
  const replaced = collectionReplaced(pass, made, now);
  if (replaced !== undefined) throw new LookAgain(`the collection ${replaced} is gone or was made again`);
}

/** A new pair: both sides are taken as they are. Markers of this pair that tell of earlier runs mean that the notes were lost. */
async function begin(ctx: Pass, identity: Record<SideName, string>): Promise<void> {
  const { epoch, n, raising } = await pairRow(ctx);
  const marks = await Promise.all(sideNames.map((side) => readMarker(ctx, side)));
  if (marks.some((mark) => mark !== null && (mark.batch > 0 || mark.n > (raising ? n : 0)))) {
    await setBaseAside(ctx, {
      kind: 'state-older',
      side: 'A',
      cause: "Tandem's own notes about this pair are gone, but both sides have been kept in step before.",
    });
    return;
  }
  const next = { epoch, n: hasMarker(ctx) && !raising ? n + 1 : n };
  if (hasMarker(ctx) && !raising) await ctx.store.commit(ctx.id, { pair: { n: next.n, raising: true } });
  await plantMarkers(ctx, next);
  await ctx.store.commit(ctx.id, { pair: { mode: 'normal', identity, ...next, raising: false } });
}

/**
 * A marker that was switched on for a pair that is in step is planted by the next pass: no side has one. Where one has,
 * and nothing was ever written with it, planting was cut off in the middle.
 */
async function plantFirst(ctx: PairContext, { epoch, n }: PairRow): Promise<boolean> {
  const marks = await Promise.all(sideNames.map((side) => readMarker(ctx, side)));
  const isFirst = marks.includes(null) && marks.every((mark) => mark === null || (mark.n === n && mark.batch === 0));
  if (isFirst) await plantMarkers(ctx, { epoch, n });
  return isFirst;
}

/** Writes the marker whatever stands there; only where the base does not depend on what stood there. */
async function plantMarkers(ctx: PairContext, { epoch, n }: { epoch: number; n: number }): Promise<void> {
  if (!hasMarker(ctx)) return;
  for (const side of sideNames) {
    const { marker } = ctx.sides[side];
    let found = await marker?.read(ctx.settings.name);
    if (!found) {
      await ctx.connectors[side].setup?.installMarker(ctx.settings.name, epoch);
      found = await marker?.read(ctx.settings.name);
    }
    const ok = await marker?.raise(ctx.settings.name, found?.n ?? null, { epoch, n });
    if (ok === false) throw new LookAgain(`the marker on side ${side} changed while it was set`);
  }
}

function identityDoubt(ctx: PairContext, row: PairRow, now: Record<SideName, string>): Doubt | null {
  for (const side of sideNames) {
    if (row.identity[side] === now[side]) continue;
    const label = ctx.settings.sideLabel[side];
    return {
      kind: 'replaced',
      side,
      cause: `The database of ${label} was replaced: it is another one than the two sides last agreed with.`,
    };
  }
  return null;
}

function versionDoubt(ctx: PairContext, row: PairRow, sides: Identities): Doubt | null {
  for (const side of sideNames) {
    const now = sides[side].version;
    if (now === undefined || now >= row.seen[side]) continue;
    const label = ctx.settings.sideLabel[side];
    return {
      kind: 'restored',
      side,
      cause: `${label} was restored to an earlier state: an older copy of it was put in its place.`,
    };
  }
  return null;
}

async function markerDoubt(ctx: PairContext, row: PairRow): Promise<Doubt | null> {
  if (!hasMarker(ctx)) return null;
  for (const side of sideNames) {
    const mark = await readMarker(ctx, side);
    const label = ctx.settings.sideLabel[side];
    if (mark && (mark.n > row.n || mark.batch > row.batch)) {
      return {
        kind: 'state-older',
        side,
        cause: `Tandem's own notes are older than ${label}: they were put back from an earlier copy.`,
      };
    }
    const fits = mark && (mark.n === row.n || (mark.n === row.n - 1 && row.raising));
    if (!fits)
      return {
        kind: 'restored',
        side,
        cause: `${label} was restored to an earlier state: Tandem's marker there is ${mark ? 'older than after the last sync' : 'gone'}.`,
      };
  }
  return null;
}

/**
 * The base goes (kept for display), and a brake holds the whole pair until a person has answered. What both sides
 * hold equally is adopted by the pass that follows; nothing is copied before the answer.
 */
export async function setBaseAside(ctx: Pass, doubt: Doubt): Promise<void> {
  const row = await pairRow(ctx);
  const sides = await identified(ctx);
  const marks = await Promise.all(sideNames.map((side) => readMarker(ctx, side)));
  const n = Math.max(row.n, ...marks.map((mark) => mark?.n ?? 0)) + 1;
  const next = { epoch: row.epoch + 1, n: hasMarker(ctx) ? n : row.n };
  await plantMarkers(ctx, next);
  const open = await ctx.store.brakes(ctx.id, false);
  const known = open.find(({ collection, kind }) => collection === '' && kind !== 'missing');
  // A question that was never compared showed nothing yet. Any other is over: an answer to it says nothing about this.
  const isAlike = known?.kind === doubt.kind && known.side === doubt.side;
  const stays = isAlike && row.mode === 'aside';
  const over = stays ? undefined : open.find(({ collection }) => collection === '');
  await ctx.store.commit(ctx.id, {
    setAside: true,
    pair: {
      ...next,
      mode: 'aside',
      raising: false,
      identity: { A: sides.A.id, B: sides.B.id },
      seen: { A: sides.A.version ?? 0, B: sides.B.version ?? 0 },
      batch: Math.max(row.batch, ...marks.map((mark) => mark?.batch ?? 0)),
      auditAt: 0,
      keys: {},
      made: {},
    },
    ...(over ? { dropBrake: over.id } : {}),
    newBrakes: stays
      ? []
      : [
          {
            collection: '',
            kind: doubt.kind,
            side: doubt.side,
            count: 0,
            of: 0,
            cause: known && !isAlike ? `${known.cause} ${doubt.cause}` : doubt.cause,
            at: ctx.ports.clock.now(),
            samples: [],
            counts: { onlyA: 0, onlyB: 0, different: 0 },
          },
        ],
    audit: [{ at: ctx.ports.clock.now(), who: 'Tandem', what: 'base set aside', detail: doubt.cause }],
  });
  ctx.gates.clear();
  ctx.tally.forgetFound();
}
