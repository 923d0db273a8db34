import type { WireTestReport } from '../../../shared/contract/pair-shapes.ts';
import type { SideSchema } from '../../engine/port/schema.ts';
import { offeredIndexes } from '../../engine/compare-traits.ts';
import { sideNames, type SideName } from '../../engine/settings.ts';
import type { Handlers } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import { addPair } from '../pairs/add.ts';
import { compareSchemas, type Comparison } from '../pairs/compare-schemas.ts';
import { editPair, removePair } from '../pairs/edit.ts';
import { notSynced } from '../pairs/not-synced.ts';
import { includeInPair } from '../pairs/include.ts';
import { pairFromEnv } from '../pairs/env-pair.ts';
import { renamePair } from '../pairs/rename.ts';
import { roleReport } from '../pairs/role.ts';
import { testAddress } from '../pairs/test-address.ts';
import { wirePair, wirePreview } from '../pairs/wire-pair.ts';
import { pairEntryOf, pairSettingsOf } from '../settings/pair-settings.ts';
import { progressTeller } from './common.ts';

type PairCalls = Pick<
  Handlers,
  | 'pairs.add'
  | 'pairs.list'
  | 'pairs.show'
  | 'pairs.edit'
  | 'pairs.rename'
  | 'pairs.include'
  | 'pairs.fromEnv'
  | 'pairs.remove'
  | 'pairs.test'
  | 'pairs.preview'
  | 'pairs.role'
  | 'sides.test'
>;

export function pairHandlers(host: Host): PairCalls {
  return {
    'pairs.add': (params, { signal }) => addPair(host, params, signal),
    'pairs.list': async () => Object.entries(host.config.load().pairs).map(([name, entry]) => wirePair(name, entry)),
    'pairs.show': async ({ pair }) => wirePair(pair, pairEntryOf(host.config.load(), pair)),
    'pairs.edit': (params) => editPair(host, params),
    'pairs.rename': (params) => renamePair(host, params),
    'pairs.include': (params, context) => includeInPair(host, params, context),
    'pairs.fromEnv': (params) => pairFromEnv(host, params),
    'pairs.remove': ({ pair, purge = false, unstamp = false }) => removePair(host, pair, { purge, unstamp }),
    'pairs.role': async ({ of }) => roleReport(host, of),
    'pairs.test': ({ pair }) => test(host, pair),
    'sides.test': (params) => testAddress(host, params),
    'pairs.preview': ({ pair }, { signal }) =>
      host.pool.use(pair, 'sides', async ({ engine }) =>
        wirePreview(pair, await engine.preview(progressTeller(host, pair, 'preview'), signal)),
      ),
  };
}

/** Asks both sides afresh, each for itself. */
async function test(host: Host, pair: string): Promise<WireTestReport> {
  // A side that did not open before is opened anew; why it still does not is told below.
  await host.pool.use(pair, 'sides', async () => undefined).catch(() => undefined);
  return host.pool.use(pair, 'state', async ({ sides, problems, entry }) => {
    const labels = { A: entry.a.name, B: entry.b.name };
    const schemas: Partial<Record<SideName, SideSchema>> = {};
    const tests: WireTestReport['sides'] = [];
    for (const side of sideNames) {
      const problem = problems[side];
      if (problem) {
        const { code, message, hint } = problem;
        tests.push({
          side,
          ok: false,
          kind: '',
          label: labels[side],
          collections: 0,
          capture: null,
          error: { code, message, hint },
        });
        continue;
      }
      const schema = await sides[side].describe();
      schemas[side] = schema;
      tests.push({
        side,
        ok: true,
        kind: sides[side].kind,
        label: (await sides[side].identity()).label,
        collections: schema.collections.length,
        capture: sides[side].capture ?? null,
        error: null,
      });
    }
    const { A: a, B: b } = schemas;
    const wanted = {
      collections: Object.keys(entry.collections),
      keys: Object.fromEntries(Object.entries(entry.collections).map(([name, { key }]) => [name, key])),
      labels,
      uniqueFields: {},
      direction: entry.direction,
    };
    const findings = a && b ? findingsOf(compareSchemas(a, b, wanted), labels) : [];
    const { A, B } = schemas;
    const { collections } = pairSettingsOf(pair, entry);
    const indexes = A && B ? collections.flatMap((one) => offeredIndexes({ A, B }, one)).length : 0;
    return { pair, sides: tests, findings, indexes, notSynced: notSynced(schemas, entry) };
  });
}

/** What is in the way of the collections that the pair has; one that is gone is the first thing to know. */
function findingsOf({ missing, unknown, findings }: Comparison, labels: Labels): WireTestReport['findings'] {
  return [
    ...unknown.map((collection) => ({ collection, side: null, text: 'It is missing on both sides.', blocks: true })),
    ...missing.map(({ name, on }) => ({
      collection: name,
      side: on,
      text: `It is missing on ${labels[on]}.`,
      blocks: true,
    })),
    ...findings,
  ];
}

type Labels = Readonly<Record<SideName, string>>;
