import { join } from 'node:path';
import type { WirePreview } from '../../../shared/contract/pair-shapes.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';
import type { PairEngine } from '../../engine/pair-engine.ts';
import type { Connector } from '../../engine/port/connector.ts';
import type { SideName } from '../../engine/settings.ts';
import { progressTeller } from '../handlers/common.ts';
import { Breath } from '../host/breathing.ts';
import type { Host } from '../host/host.ts';
import { makeRehearsalFolder, removeFolder } from '../rehearsal/folder.ts';
import { pairSettingsOf } from '../settings/pair-settings.ts';
import type { Comparison } from './compare-schemas.ts';
import { imaginedSide, type LackingField } from './imagined-side.ts';
import type { Looked } from './look.ts';
import { wirePreview } from './wire-pair.ts';

export interface FirstLook {
  readonly name: string;
  readonly entry: PairEntry;
  readonly looked: readonly [Looked, Looked];
  readonly missing: Comparison['missing'];
  /** Fields that would be created on a side. */
  readonly lacking?: readonly LackingField[];
}

/** Counts as the first sync would find them, for collections that are not synced yet. Leaves no trace on a side or in the state. */
export const firstLook = (host: Host, parts: FirstLook, signal: AbortSignal): Promise<WirePreview> =>
  imagining(host, parts, async (engine) =>
    wirePreview(parts.name, await engine.preview(progressTeller(host, parts.name, 'preview'), signal)),
  );

/** An engine over the sides as they would be, with a state that is gone afterwards. */
export async function imagining<T>(
  host: Host,
  { name, entry, looked, missing, lacking = [] }: FirstLook,
  work: (engine: PairEngine) => Promise<T>,
): Promise<T> {
  const folder = makeRehearsalFolder(host.paths.state);
  const closing: (() => Promise<void>)[] = [];
  try {
    const store = host.parts.openState(join(folder, 'state.db'));
    closing.unshift(() => store.close());
    const breath = new Breath();
    const side = (at: SideName): Connector => breath.connector(imagined(looked, { missing, lacking }, at));
    const engine = await host.parts.openPairEngine({
      settings: pairSettingsOf(name, { ...entry, collectionsToSync: null }),
      sides: { A: side('A'), B: side('B') },
      store: breath.store(store),
      ports: host.ports,
    });
    closing.unshift(() => engine.close());
    return await work(engine);
  } finally {
    for (const close of closing) await close();
    removeFolder(folder);
  }
}

function imagined(
  [a, b]: readonly [Looked, Looked],
  { missing, lacking }: Required<Pick<FirstLook, 'missing' | 'lacking'>>,
  at: SideName,
): Connector {
  const { connector, kind, schema } = at === 'A' ? a : b;
  return imaginedSide({
    connector,
    kind,
    schema,
    missing: missing.filter(({ on }) => on === at).map(({ from }) => from),
    lacking: lacking.filter(({ on }) => on === at),
  });
}
