import { isDeepStrictEqual } from 'node:util';
import type { WireIncludeReport, WireIncludeRequest } from '../../../shared/contract/pair-shapes.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';
import { must } from '../../../shared/lib/assert.ts';
import { own } from '../../../shared/lib/own.ts';
import { isLeftOut, leftOutEnds } from '../../engine/run/schema-watch.ts';
import { sideNames } from '../../engine/settings.ts';
import type { CallContext } from '../dispatcher.ts';
import { progressTeller } from '../handlers/common.ts';
import type { Host } from '../host/host.ts';
import { pairRowOf } from '../host/pair-row.ts';
import type { OpenPair } from '../host/pair-pool.ts';
import { ownValueFindings, refuseUnagreed, WITH_OPTION } from '../stamps/own-values.ts';
import { pairSettingsOf } from '../settings/pair-settings.ts';
import { addedIndexes } from './add-indexes.ts';
import { firstLook, imagining, type FirstLook } from './first-look.ts';
import { linksFor, linksOf } from './identities.ts';
import { planInclusion, type Inclusion } from './include-plan.ts';
import type { Looked } from './look.ts';
import { statementsFor } from './missing-schema.ts';
import { refuseOverlap } from './overlap.ts';
import { refuseUnasked } from './refusals.ts';
import { wirePair } from './wire-pair.ts';

/**
 * Takes in what stands beside the pair, or leaves out. Looks at both sides first; schema that one side lacks is created
 * before the pair is saved, and the values move with the next sync.
 */
export function includeInPair(
  host: Host,
  request: WireIncludeRequest,
  { signal, who }: Pick<CallContext, 'signal' | 'who'>,
): Promise<WireIncludeReport> {
  const { pair, dryRun = false } = request;
  return host.pool.use(pair, 'sides', async (open) => {
    const looked = await lookedAt(open);
    const [a, b] = looked;
    const schemas = { A: a.schema, B: b.schema };
    const plan = planInclusion(pair, open.entry, request, {
      schemas,
      kinds: { A: a.kind, B: b.kind },
      labels: { A: open.entry.a.name, B: open.entry.b.name },
    });
    await refuseSecondWay(host, pair, looked, plan);
    const indexes = await addedIndexes(open, request, schemas);
    const ownValues = open.entry.stamp
      ? await ownValueFindings({
          connectors: open.sides,
          labels: { A: open.entry.a.name, B: open.entry.b.name },
          collections: Object.fromEntries(plan.collections),
        })
      : [];
    if (!dryRun && !request.expiry)
      refuseUnasked({ pair, operation: 'pairs.include', doing: 'Changing' }, askedAbout(plan));
    if (!dryRun && !request.keepOwn)
      refuseUnagreed({ pair, operation: 'pairs.include', agree: WITH_OPTION }, ownValues);
    const previews = dryRun ? await lookAhead(host, pair, looked, plan, signal) : { preview: null, fields: [] };
    if (!dryRun) {
      await createMissing(open, [...plan.steps, ...indexes.steps]);
      save(host, pair, open.entry, plan.entry);
    }
    const endedBrakes = await endBrakes(host, open, plan, { dryRun, who });
    return {
      pair: wirePair(pair, plan.entry),
      saved: !dryRun,
      added: [...plan.added],
      removed: [...plan.removed],
      dismissed: [...plan.dismissed],
      endedBrakes,
      indexes: [...indexes.made],
      findings: [...plan.findings, ...ownValues, ...indexes.findings],
      create: [...plan.steps, ...indexes.steps],
      ...previews,
    };
  });
}

/** What comes into the pair only if a person agrees. */
const askedAbout = ({ findings, collections }: Inclusion): Inclusion['findings'] =>
  findings.filter(({ collection }) => collections.has(collection));

/** A brake that asks about what left the pair asks nothing any more. */
async function endBrakes(
  host: Host,
  { settings }: OpenPair,
  { entry, removed }: Inclusion,
  { dryRun, who }: { readonly dryRun: boolean; readonly who: string },
): Promise<WireIncludeReport['endedBrakes']> {
  const row = await pairRowOf(host, settings.name);
  if (!row || removed.length === 0) return [];
  const after = pairSettingsOf(settings.name, entry);
  const ended = (await host.store.brakes(row.id, false)).filter((brake) => isLeftOut(brake, after));
  for (const brake of dryRun ? [] : ended)
    await host.store.commit(row.id, leftOutEnds(brake, who, host.ports.clock.now()));
  return ended.map(({ id, cause }) => ({ id, cause }));
}

async function lookedAt({ sides }: OpenPair): Promise<readonly [Looked, Looked]> {
  const [a, b] = await Promise.all(
    sideNames.map(async (side): Promise<Looked> => {
      const connector = sides[side];
      return {
        side,
        kind: connector.kind,
        connector,
        identity: await connector.identity(),
        schema: await connector.describe(),
      };
    }),
  );
  return [must(a, 'side A'), must(b, 'side B')];
}

async function refuseSecondWay(
  host: Host,
  pair: string,
  [a, b]: readonly [Looked, Looked],
  plan: Inclusion,
): Promise<void> {
  if (plan.collections.size === 0 || !a.identity || !b.identity) return;
  const added = { ...plan.entry, collections: Object.fromEntries(plan.collections) };
  refuseOverlap('Changing', linksFor(pair, a.identity.id, b.identity.id, added), await linksOf(host));
}

/** What the next sync would find in what is added. */
async function lookAhead(
  host: Host,
  name: string,
  looked: FirstLook['looked'],
  { entry, collections, fields, missing, lacking }: Inclusion,
  signal: AbortSignal,
): Promise<Pick<WireIncludeReport, 'preview' | 'fields'>> {
  const over = (names: readonly string[]): FirstLook => ({
    name,
    looked,
    missing,
    lacking,
    entry: {
      ...entry,
      collections: Object.fromEntries(names.map((one) => [one, must(own(entry.collections, one), 'a collection')])),
    },
  });
  const preview = collections.size === 0 ? null : await firstLook(host, over([...collections.keys()]), signal);
  const grown = Object.keys(fields);
  if (grown.length === 0) return { preview, fields: [] };
  const counted = await imagining(host, over(grown), (engine) =>
    engine.previewFields(fields, progressTeller(host, name, 'preview'), signal),
  );
  return { preview, fields: counted.map((one) => ({ ...one })) };
}

async function createMissing({ sides }: OpenPair, steps: Inclusion['steps']): Promise<void> {
  for (const side of sideNames) {
    const statements = statementsFor(side, steps);
    if (statements.length === 0) continue;
    const { setup, kind } = sides[side];
    await must(setup, `a side of kind ${kind} that can create schema`).create(statements);
  }
}

/** Only what changes is written, so that the rest of the file stays as its person wrote it. */
function save(host: Host, pair: string, before: PairEntry, entry: PairEntry): void {
  host.config.update((document) => {
    const path = ['pairs', pair];
    const set = (more: readonly string[], value: unknown): void =>
      document.setIn([...path, ...more], document.createNode(value));
    for (const [name, rules] of Object.entries(entry.collections)) {
      const known = own(before.collections, name);
      if (!known) set(['collections', name], rules);
      else if (!isDeepStrictEqual(known.fields, rules.fields)) set(['collections', name, 'fields'], rules.fields);
    }
    for (const name of Object.keys(before.collections))
      if (!own(entry.collections, name)) document.deleteIn([...path, 'collections', name]);
    if (before.collectionsToSync) set(['collectionsToSync'], entry.collectionsToSync ?? null);
    if ((entry.leftOut ?? []).length > 0) set(['leftOut'], entry.leftOut);
    else document.deleteIn([...path, 'leftOut']);
  });
}
