import { join } from 'node:path';
import type { WirePreview } from '../../../shared/contract/pair-shapes.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';
import type { Connector } from '../../engine/port/connector.ts';
import type { SideName } from '../../engine/settings.ts';
import { progressTeller } from '../handlers/common.ts';
import { Breath } from '../host/breathing.ts';
import type { Host } from '../host/host.ts';
import { makeRehearsalFolder, removeFolder } from '../rehearsal/folder.ts';
import { pairSettingsOf } from '../settings/pair-settings.ts';
import type { Comparison } from './compare-schemas.ts';
import { imaginedSide } from './imagined-side.ts';
import type { Looked } from './look.ts';
import { wirePreview } from './wire-pair.ts';

export interface FirstLook {
  readonly name: string;
  readonly entry: PairEntry;
  readonly looked: readonly [Looked, Looked];
  readonly missing: Comparison['missing'];
}

/** Counts as the first sync would find them, for a pair that is not there yet. Leaves no trace on a side or in the state. */
export async function firstLook(host: Host, parts: FirstLook, signal: AbortSignal): Promise<WirePreview> {
  const { name, entry, looked, missing } = parts;
  const folder = makeRehearsalFolder(host.paths.state);
  const closing: (() => Promise<void>)[] = [];
  try {
    const store = host.parts.openState(join(folder, 'state.db'));
    closing.unshift(() => store.close());
    const breath = new Breath();
    const side = (at: SideName): Connector => breath.connector(imagined(looked, missing, at));
    const engine = await host.parts.openPairEngine({
      settings: pairSettingsOf(name, entry),
      sides: { A: side('A'), B: side('B') },
      store: breath.store(store),
      ports: host.ports,
    });
    closing.unshift(() => engine.close());
    return wirePreview(name, await engine.preview(progressTeller(host, name, 'preview'), signal));
  } finally {
    for (const close of closing) await close();
    removeFolder(folder);
  }
}

function imagined([a, b]: readonly [Looked, Looked], missing: Comparison['missing'], at: SideName): Connector {
  const { connector, kind, schema } = at === 'A' ? a : b;
  const absent = missing.filter(({ on }) => on === at).map(({ from }) => from);
  return imaginedSide({ connector, kind, schema, missing: absent });
}
