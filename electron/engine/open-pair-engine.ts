import { bindPair, type Binding } from './bind-pair.ts';
import { LivePair } from './live-pair.ts';
import type { PairEngine, PairEngineParts } from './pair-engine.ts';

/** Opens the engine of one pair: binds both sides and finds (or makes) its place in the state. Reads no records. */
export async function openPairEngine(parts: PairEngineParts): Promise<PairEngine> {
  const row = await parts.store.openPair(parts.settings.name, parts.ports.clock.now());
  const binding: Binding = await bindPair(parts);
  return new LivePair(parts, row.id, binding);
}
