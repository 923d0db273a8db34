import { AppError, type ErrorCode } from '../../../shared/contract/errors.ts';
import { sideNames, type SideName } from '../settings.ts';
import { pairRow, type PairContext } from './context.ts';
import { hasMarker, readMarker } from './markers.ts';

/**
 * Puts markers under another name beside those of the pair, saying what those say, and answers on which sides; only
 * where nothing is half done. After a failure none of them stands.
 */
export async function markAs(ctx: PairContext, name: string): Promise<readonly SideName[]> {
  const { mode, raising, marks } = await pairRow(ctx);
  if (!hasMarker(ctx) || mode === 'new') return [];
  const sent = await ctx.store.actions(ctx.id, { status: 'sent', order: 'id', limit: 1 });
  if (raising || sent.length > 0) throw halfDone(ctx.settings.name, name);
  if (!marks.includes(name)) for (const side of sideNames) await refuseForeign(ctx, side, name);
  // Noted first, so that what a crash leaves is known as ours.
  await ctx.store.commit(ctx.id, { pair: { marks: [...new Set([...marks, ctx.settings.name, name])] } });
  const planted: SideName[] = [];
  try {
    for (const side of sideNames) await markSide(ctx, side, name, planted);
  } catch (cause) {
    await unmark(ctx.connectors, planted, name);
    throw cause;
  }
  return planted;
}

async function markSide(ctx: PairContext, side: SideName, name: string, planted: SideName[]): Promise<void> {
  const { marker } = ctx.sides[side];
  const { setup } = ctx.connectors[side];
  const old = await readMarker(ctx, side);
  // A side that lacks its marker is a question that the next sync asks, under whatever name.
  if (!marker || !setup || !old) return;
  planted.push(side);
  const left = await marker.read(name);
  if (!left) await setup.installMarker(name, old.epoch);
  if (!(await marker.raise(name, left?.n ?? 0, { epoch: old.epoch, n: old.n }))) throw foreign(ctx.settings.name, name);
}

async function refuseForeign({ sides, settings }: PairContext, side: SideName, name: string): Promise<void> {
  if (await sides[side].marker?.read(name)) throw foreign(settings.name, name);
}

/** Takes away the markers of this name, and what was kept for them alone. */
export async function unmark(
  connectors: PairContext['connectors'],
  from: readonly SideName[],
  name: string,
): Promise<void> {
  for (const side of from) {
    const { setup } = connectors[side];
    if (setup && (await setup.footprint(name)).some(({ present }) => present)) await setup.remove(name);
  }
}

/** Why a pair keeps its name; nothing was changed by then. */
export const renameRefusal = (code: ErrorCode, pair: string, name: string, why: string, hint: string): AppError =>
  new AppError({
    code,
    operation: 'pairs.rename',
    message: `Renaming the pair ${pair} to ${name} failed: ${why}.`,
    next: 'Nothing was changed.',
    hint,
    subject: { pair },
    retry: 'after-user-action',
  });

const halfDone = (pair: string, name: string): AppError =>
  renameRefusal(
    'refused',
    pair,
    name,
    'its last sync was interrupted, and the markers in the databases are part of what it left',
    `Sync once, then rename: tandem sync ${pair}`,
  );

const foreign = (pair: string, name: string): AppError =>
  renameRefusal(
    'already-exists',
    pair,
    name,
    'the databases hold a marker of another pair of this name',
    'Choose another name.',
  );
