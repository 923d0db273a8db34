import { AppError } from '../../../shared/contract/errors.ts';
import type { WireAddReport, WireAddRequest, WireFinding } from '../../../shared/contract/pair-shapes.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';
import { must } from '../../../shared/lib/assert.ts';
import { own as valueOf } from '../../../shared/lib/own.ts';
import { leftOutName, unmapped } from '../../engine/not-in-pair.ts';
import { sideNames, type SideName } from '../../engine/settings.ts';
import { toAppError } from '../dispatcher.ts';
import { progressTeller } from '../handlers/common.ts';
import type { Host } from '../host/host.ts';
import { given } from '../mapping/values.ts';
import type { SplitUrl } from '../secrets/split-url.ts';
import { kindOf } from '../host/open-sides.ts';
import { isSourceOnly, pairSettingsOf } from '../settings/pair-settings.ts';
import { ownValueFindings, refuseUnagreed, WITH_OPTION } from '../stamps/own-values.ts';
import { refuseReports, refuseUnstampable, withoutReports } from '../stamps/refusals.ts';
import { addressOf, withoutPasswords } from './address.ts';
import { compareSchemas, type Comparison } from './compare-schemas.ts';
import { firstLook } from './first-look.ts';
import { linksFor, linksOf, rememberIdentity } from './identities.ts';
import { refuseUnmarkable, refuseWithoutFile } from './markable.ts';
import { look, refuseOneName, refuseSame, type Looked } from './look.ts';
import { besideTables, createSteps, missingCollections, statementsFor } from './missing-schema.ts';
import { refuseOverlap, refuseSharedStamps, type PairLinks } from './overlap.ts';
import { otherKind, refuseBlocked, refuseUnasked, refuseUnknown } from './refusals.ts';
import { wirePair, wirePreview } from './wire-pair.ts';

const ADDING = 'pairs.add';

interface Prepared {
  readonly entry: PairEntry;
  readonly comparison: Comparison;
  readonly steps: WireAddReport['create'];
}

/** Looks at both sides, refuses what cannot be kept in step, and only then creates schema and saves the pair. */
export async function addPair(host: Host, request: WireAddRequest, signal: AbortSignal): Promise<WireAddReport> {
  refuseKnown(host, request.name);
  const addresses = { A: addressOf(host, request.a), B: addressOf(host, request.b) };
  return withoutPasswords([addresses.A, addresses.B], () => add(host, request, addresses, signal));
}

/** A password that only the environment holds opens the side, and is kept nowhere. */
const withSecrets = (host: Host, name: string, { A, B }: Both<SplitUrl>): Both<SplitUrl> => ({
  A: { ...A, password: A.password ?? host.secrets.get(name, 'A') },
  B: { ...B, password: B.password ?? host.secrets.get(name, 'B') },
});

async function add(
  host: Host,
  request: WireAddRequest,
  addresses: Both<SplitUrl>,
  signal: AbortSignal,
): Promise<WireAddReport> {
  const opening = withSecrets(host, request.name, addresses);
  const looked = await lookAtBoth(host, opening, request);
  try {
    const prepared = await prepare(host, request, addresses, looked);
    const { entry, comparison, steps } = prepared;
    const own = await ownValues(entry, looked);
    if (!request.dryRun && !request.keepOwn)
      refuseUnagreed({ pair: request.name, operation: ADDING, agree: WITH_OPTION }, own);
    const report = {
      pair: wirePair(request.name, entry),
      findings: [...comparison.findings, ...own],
      capture: capturesOf(looked),
      made: looked.filter(({ connector }) => connector === null).map(({ side }) => side),
      create: [...steps],
    };
    if (request.dryRun) {
      const look = { name: request.name, entry, looked, missing: comparison.missing };
      return { ...report, added: false, preview: await firstLook(host, look, signal), notes: [] };
    }
    await createMissing(host, opening, looked, steps);
    const notes = await save(host, request.name, entry, addresses);
    if (request.count === false) return { ...report, added: true, preview: null, notes };
    return { ...report, added: true, ...(await firstCounts(host, request.name, signal, notes)) };
  } finally {
    for (const { connector } of looked) await connector?.close();
  }
}

const capturesOf = ([a, b]: readonly [Looked, Looked]): WireAddReport['capture'] => ({
  A: a.connector?.capture ?? null,
  B: b.connector?.capture ?? null,
});

/** The pair is saved by now: counts that cannot be made are a note and no failure. */
async function firstCounts(
  host: Host,
  pair: string,
  signal: AbortSignal,
  notes: string[],
): Promise<Pick<WireAddReport, 'preview' | 'notes'>> {
  try {
    const counts = await host.pool.use(pair, 'sides', ({ engine }) =>
      engine.preview(progressTeller(host, pair, 'preview'), signal),
    );
    return { preview: wirePreview(pair, counts), notes };
  } catch (cause) {
    return {
      preview: null,
      notes: [
        ...notes,
        `The pair was added, and its records were not counted: ${toAppError(cause, 'pairs.preview').message}`,
      ],
    };
  }
}

function refuseKnown(host: Host, name: string): void {
  if (!Object.hasOwn(host.config.load().pairs, name)) return;
  throw new AppError({
    code: 'already-exists',
    operation: 'pairs.add',
    message: `Adding the pair ${name} failed: there is already one of this name.`,
    next: 'Nothing was changed.',
    hint: `Choose another name, or look at it with \`tandem pair show ${name}\`.`,
    subject: { pair: name },
  });
}

type Both<T> = Readonly<Record<SideName, T>>;

async function lookAtBoth(
  host: Host,
  addresses: Both<SplitUrl>,
  { name, create = false, direction = 'both', directions = {}, collections, options }: WireAddRequest,
): Promise<readonly [Looked, Looked]> {
  if (options?.triggers) {
    const kinds = sideNames.map((side) => kindOf(addresses[side].url, host.parts.kinds).kind);
    refuseWithoutFile(name, ADDING, kinds);
  }
  // Without names there may be collections that go the way of the pair.
  const ways = [...(collections ?? ['']).map((each) => valueOf(directions, each)), ...Object.values(directions)];
  const planned = {
    direction,
    collections: Object.fromEntries(ways.map((way, i) => [i, way === undefined ? {} : { direction: way }])),
    marker: options?.marker,
    stamp: options?.stamp,
  };
  const lookAt = (side: SideName): Promise<Looked> =>
    look(host, side, addresses[side], {
      mayCreate: create,
      isSource: isSourceOnly(planned, side),
      triggers: options?.triggers === true,
    });
  const a = await lookAt('A');
  try {
    return [a, await lookAt('B')];
  } catch (cause) {
    await a.connector?.close();
    throw cause;
  }
}

async function prepare(
  host: Host,
  request: WireAddRequest,
  addresses: Both<SplitUrl>,
  [a, b]: readonly [Looked, Looked],
): Promise<Prepared> {
  const labels = { A: request.nameA ?? 'This computer', B: request.nameB ?? 'Remote' };
  refuseOneName('Adding', request.name, labels.A, labels.B);
  refuseSame('Adding', request.name, a.identity, b.identity);
  if (request.options?.stamp) refuseUnstampable(request.name, ADDING, a, b);
  if (request.options?.marker) {
    const marking = [a, b].map(({ side, connector }) => ({ label: labels[side], connector }));
    refuseUnmarkable(request.name, ADDING, marking);
  }
  const others = await linksOf(host);
  const comparison = compared(request, [a, b], others, labels);
  refuseUnknown(request.name, comparison, [a, b]);
  if (comparison.missing.length > 0 && !request.create)
    throw missingCollections(request.name, comparison.missing, labels);
  if (comparison.missing.length > 0 && a.kind !== b.kind) throw otherKind(request.name, a, b);
  refuseBlocked(request.name, comparison);
  if (!request.dryRun && !request.expiry)
    refuseUnasked({ pair: request.name, operation: ADDING, doing: 'Adding' }, comparison.findings);
  const entry: PairEntry = {
    a: { name: labels.A, url: addresses.A.url },
    b: { name: labels.B, url: addresses.B.url },
    direction: request.direction ?? 'both',
    ...given(request.options ?? {}),
    collections: Object.fromEntries(comparison.collections),
  };
  const leftOut = unmapped({ A: a.schema, B: b.schema }, pairSettingsOf(request.name, entry).collections);
  if (leftOut.length > 0) entry.leftOut = leftOut.map(leftOutName);
  if (a.identity && b.identity) {
    const links = linksFor(request.name, a.identity.id, b.identity.id, entry);
    refuseOverlap('Adding', links, others);
    refuseSharedStamps(links, others, ADDING);
  }
  return {
    entry,
    comparison,
    steps: [...createSteps(comparison.missing), ...(request.collections ? [] : besideTables([a, b]))],
  };
}

/** What documents hold in the fields of stamps that is no stamp; nothing where none are wanted. */
const ownValues = async (entry: PairEntry, [a, b]: readonly [Looked, Looked]): Promise<WireFinding[]> =>
  entry.stamp
    ? ownValueFindings({
        connectors: { A: a.connector, B: b.connector },
        labels: { A: entry.a.name, B: entry.b.name },
        collections: entry.collections,
      })
    : [];

/** What both sides have in common; the reports of stamping pairs are no part of it. */
function compared(
  { name, collections, keys = {}, uniqueFields = {}, direction = 'both', directions = {}, options }: WireAddRequest,
  [a, b]: readonly [Looked, Looked],
  others: readonly PairLinks[],
  labels: Both<string>,
): Comparison {
  const wanted = { collections: collections ?? null, keys, uniqueFields, direction, directions, labels };
  const holdsReports = ({ identity }: Looked): boolean =>
    others.some((other) => other.stamp && other.a === identity?.id);
  if (!options?.stamp && !holdsReports(a) && !holdsReports(b)) return compareSchemas(a.schema, b.schema, wanted);
  refuseReports(name, ADDING, collections ?? []);
  return compareSchemas(withoutReports(a.schema), withoutReports(b.schema), wanted);
}

async function createMissing(
  host: Host,
  addresses: Both<SplitUrl>,
  looked: readonly Looked[],
  steps: WireAddReport['create'],
): Promise<void> {
  for (const { side, connector } of looked) {
    const statements = statementsFor(side, steps);
    if (statements.length === 0) continue;
    const target =
      connector ?? (await host.pool.openSide(addresses[side].url, addresses[side].password, { create: true }));
    try {
      await must(target.setup, `a side of kind ${target.kind} that can create schema`).create(statements);
    } finally {
      if (!connector) await target.close();
    }
  }
}

async function save(host: Host, name: string, entry: PairEntry, addresses: Both<SplitUrl>): Promise<string[]> {
  const notes: string[] = [];
  try {
    for (const side of sideNames) {
      const { password } = addresses[side];
      if (password !== null) notes.push(host.secrets.set(name, side, password));
    }
    host.config.update((document) => document.setIn(['pairs', name], document.createNode(entry)));
  } catch (cause) {
    host.secrets.remove(name);
    throw cause;
  }
  try {
    await rememberIdentity(host, name);
  } catch (cause) {
    host.config.update((document) => document.deleteIn(['pairs', name]));
    host.secrets.remove(name);
    throw cause;
  }
  return notes;
}
