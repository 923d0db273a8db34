import { sideNames, type SideName } from '../settings.ts';
import type { Marker } from '../port/connector.ts';
import { LookAgain, pairRow, type PairContext, type Pass } from './context.ts';

export const hasMarker = (ctx: PairContext): boolean => ctx.settings.marker;

export async function readMarker(ctx: PairContext, side: SideName): Promise<Marker | null> {
  const { marker } = ctx.sides[side];
  return ctx.settings.marker && marker ? marker.read(ctx.settings.name) : null;
}

/**
 * Raises n by one on both sides, by compare-and-set (L6). The intention is in the state first, so that a raise that a
 * crash interrupts can be told from a restored side. A side that shows another number ends the pass, and so does one
 * that was written in a batch (`sealed`) and does not show it any more.
 */
export async function raiseMarkers(pass: Pass, sealed: ReadonlyMap<SideName, number> = new Map()): Promise<void> {
  if (!hasMarker(pass)) return;
  for (const [side, batch] of sealed) {
    if ((await readMarker(pass, side))?.batch !== batch)
      throw new LookAgain(`side ${side} does not show batch ${batch} any more`);
  }
  const { n, epoch, raising } = await pairRow(pass);
  const next = raising ? n : n + 1;
  if (!raising) await pass.store.commit(pass.id, { pair: { n: next, raising: true } });
  for (const side of sideNames) await raiseOne(pass, side, next, epoch);
  await pass.store.commit(pass.id, { pair: { raising: false } });
}

async function raiseOne(ctx: PairContext, side: SideName, next: number, epoch: number): Promise<void> {
  const { marker } = ctx.sides[side];
  if (!marker) return;
  const ok = await marker.raise(ctx.settings.name, next - 1, { epoch, n: next });
  if (ok) return;
  const found = await marker.read(ctx.settings.name);
  if (found?.n !== next)
    throw new LookAgain(`the marker on side ${side} shows ${found?.n ?? 'nothing'} instead of ${next - 1}`);
}

/** Before the first thing a run writes, adopts or promotes. */
export async function ensureRaised(pass: Pass): Promise<void> {
  if (pass.raised) return;
  await raiseMarkers(pass);
  pass.raised = true;
}

/** After a restart: a raise that was begun is finished on the sides that do not show it yet. */
export async function finishRaise(ctx: PairContext): Promise<void> {
  const { n, epoch, raising } = await pairRow(ctx);
  if (!raising || !hasMarker(ctx)) return;
  for (const side of sideNames) {
    const found = await readMarker(ctx, side);
    if (found?.n !== n) await raiseOne(ctx, side, n, epoch);
  }
  await ctx.store.commit(ctx.id, { pair: { raising: false } });
}
