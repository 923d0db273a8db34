import { truncateSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Connector, MarkerFacet, Side } from '../../electron/engine/port/connector.ts';
import { must } from '../../shared/lib/assert.ts';
import { dumpOf, openFilePair, type Dump, type OpenPair } from '../support/file-pair.ts';
import { intercept } from '../support/kill-points.ts';
import { expectHolds, expectSettled, markers, reopen, world } from '../support/restore-judge.ts';
import { copyOver, type RestoreWorld } from '../support/restore-world.ts';

describe('a copy that takes its time', () => {
  const modes = { A: 'wal', B: 'delete' } as const;

  /** Every table is behind a brake, this computer is as it was, and *bring back* makes both sides what it has. */
  async function expectAsked(pair: OpenPair, restored: RestoreWorld, here: Dump): Promise<void> {
    const { files } = restored;
    const braked = (await pair.engine.brakes()).map(({ collection }) => collection);
    expect(braked.includes('') ? ['members', 'visits'] : braked.toSorted()).toEqual(['members', 'visits']);
    expect(dumpOf(files.A)).toEqual(here);
    for (const { id } of await pair.engine.brakes()) await pair.engine.answerBrake(id, 'bring-back', 'the test');
    expectHolds(dumpOf(files.A), here);
    await expectSettled(pair, restored);
  }

  it.each(markers)('[L6] the file is empty during a whole run, $with', async ({ marker }) => {
    const { world: restored, loop } = await world(marker, modes);
    await loop.stop();
    const { files, yesterday } = restored;
    const pair = await reopen(restored);
    await trySync(pair);
    const here = dumpOf(files.A);
    truncateSync(files.B);
    await trySync(pair);
    expect(dumpOf(files.A)).toEqual(here);
    copyOver(yesterday.B, files.B);
    for (let i = 0; i < 3; i++) await trySync(pair);
    await expectAsked(pair, restored, here);
  });

  it('[L6] the file is empty when the run begins and complete a moment later', async () => {
    const { world: restored, loop } = await world(true, modes);
    await loop.stop();
    const { files, yesterday } = restored;
    const copy: { arrives: boolean } = { arrives: false };
    const pair = await openFilePair(files, {
      marker: true,
      connector: (side, real) => (side === 'B' ? afterMarker(real, copy, () => copyOver(yesterday.B, files.B)) : real),
    });
    onTestFinished(() => pair.close());
    await trySync(pair);
    const here = dumpOf(files.A);
    truncateSync(files.B);
    copy.arrives = true;
    for (let i = 0; i < 4; i++) await trySync(pair);
    expect(copy.arrives).toBe(false);
    await expectAsked(pair, restored, here);
  });
});

const trySync = ({ engine }: OpenPair): Promise<unknown> =>
  engine.sync({ trigger: 'live', who: 'the test' }).catch((error: unknown) => error);

/** Once it is due, the copy is complete right after the marker was looked for. */
function afterMarker(real: Connector, copy: { arrives: boolean }, arrive: () => void): Connector {
  const side = (bound: Side): Side => {
    const marker = must(bound.marker, 'a marker facet');
    return intercept(bound, {
      marker: {
        raise: (...args: Parameters<MarkerFacet['raise']>) => marker.raise(...args),
        async read(pair: string) {
          const found = await marker.read(pair);
          if (copy.arrives) arrive();
          copy.arrives = false;
          return found;
        },
      },
    });
  };
  return intercept(real, {
    bind: async (...args: Parameters<Connector['bind']>) => side(await real.bind(...args)),
  });
}
