import { bindPair, type Binding } from './bind-pair.ts';
import { LivePair } from './live-pair.ts';
import type { PairEngine, PairEngineParts } from './pair-engine.ts';

/** Opens the engine of one pair: binds both sides and finds (or makes) its place in the state. Reads no records. */
export async function openPairEngine(parts: PairEngineParts): Promise<PairEngine> {
  const row = await parts.store.openPair(parts.settings.name, parts.ports.clock.now(), parts.settings);
  const at = parts.ports.clock.now();
  const report = JSON.stringify({
    cut: true,
    error: {
      code: 'internal',
      message:
        'This run was cut off: its program ended in the middle. What it wrote is noted; the next sync looks at what was under way, and does the rest.',
    },
  });
  await parts.store.commit(row.id, { dropPlan: 'all', closeRuns: { at, report } });
  const { stamp } = parts.settings;
  // Fields that become bookkeeping, or cease to be, are seen by no capture: the next pass looks at every record.
  if (row.stamps !== stamp) await parts.store.commit(row.id, { pair: { stamps: stamp, auditAt: 0 } });
  const binding: Binding = await bindPair(parts, row.keys);
  return new LivePair(parts, row.id, binding);
}
