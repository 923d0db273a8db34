import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import type { SimData } from './sim-data.ts';
import { sides, type World } from './world.ts';

/**
 * Of all that a crash leaves and that is judged afterwards: the committed bytes, what stands on both sides, and what the
 * judges know. Two crashes with one fingerprint end alike, however much was read between them. What a world keeps for a
 * fork (`copyFrom` in world.ts) has to stand here, but for the history, in which nothing stands that no id here names.
 */
export function fingerprint(world: World, bytes: Uint8Array): string {
  const { now, decision, interrupted, standing, undone, wasUndone, pendingAnswer, flags, stateCopy } = world;
  const { engineWrites, takenForWritten, recent, unknown, shown, held, braked, deleted } = world;
  const { halfDecided, unknowable, shaky, blurred, letGo, revoked, judgedItems } = world;
  const asked = { now, decision, interrupted, standing, undone, wasUndone, pendingAnswer, flags, stateCopy };
  const written = { engineWrites, takenForWritten, recent, unknown, shown, held, braked, deleted };
  const excused = { halfDecided, unknowable, shaky, blurred, letGo, revoked, judgedItems };
  return createHash('sha1')
    .update(bytes)
    .update(serialize([asked, written, excused, sides.map((side) => shownOf(world.sides[side]))]))
    .digest('base64');
}

const shownOf = ({ content, majority, durable, copy, deposed, oldPrimary, isCutOff, term, pending }: SimData) => ({
  content,
  majority,
  durable,
  copy,
  deposed,
  oldPrimary,
  isCutOff,
  term,
  pending,
});
