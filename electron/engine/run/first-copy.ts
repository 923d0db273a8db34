import { hashBytes, encodeRecord } from '../port/record-codec.ts';
import type { Key } from '../port/key-codec.ts';
import type { ScannedRecord, WriteResult } from '../port/connector.ts';
import { otherSide, sideNames, type SideName } from '../settings.ts';
import type { CopiedRow, KeyRef } from '../state/store.ts';
import { checkCancelled, mayWrite, pairRow, type Pass } from './context.ts';
import { checkStillThere } from './identity.ts';
import { ensureRaised, raiseMarkers } from './markers.ts';

/** Smaller collections take the way of every plan. */
const WORTH_IT = 1000;

/**
 * L9: a first copy into an empty collection may stream. It overwrites nothing, so nothing has to be staged or judged
 * first: what a side does not take (a unique value, a missing parent) stays dirty and is planned like any record. A
 * crash leaves at most one batch that is on both sides and in no base; it is adopted.
 */
export async function firstCopies(pass: Pass): Promise<void> {
  if (pass.scope.collections || pass.scope.key || pass.scope.pins || pass.braked.size > 0) return;
  const tokens = new Map<SideName, string | undefined>();
  for (const side of sideNames) tokens.set(side, await pass.sides[side].gate?.token());
  let complete = true;
  for (const name of pass.constraints.ranks.parentsFirst([...pass.collections.keys()])) {
    const source = await copySource(pass, name);
    if (source === 'nothing') continue;
    if (source === null) complete = false;
    else await streamCopy(pass, name, source);
  }
  if (!complete) return;
  await pass.store.commit(pass.id, { pair: { auditAt: Math.max(1, pass.ports.clock.now()) } });
  for (const [side, token] of tokens) if (token !== undefined) pass.gates.set(side, token);
}

/** The side that holds everything while the other is empty and no base is known; `nothing`: both are empty. */
async function copySource(pass: Pass, name: string): Promise<SideName | 'nothing' | null> {
  const [a, b] = [pass.sides.A.digest, pass.sides.B.digest];
  if (!a || !b || (await pass.store.hasBase(pass.id, name))) return null;
  const counts = { A: await a.count(name), B: await b.count(name) };
  if (counts.A + counts.B === 0) return 'nothing';
  const source = sideNames.find((side) => counts[side] >= WORTH_IT && counts[otherSide(side)] === 0);
  const direction = pass.collections.get(name)?.direction ?? 'both';
  if (!source || !mayWrite(direction, otherSide(source)) || !mayWrite(pass.scope.direction, otherSide(source)))
    return null;
  const items = await pass.store.items(pass.id, { collection: name, open: true, limit: 1 });
  const holds = (await pass.store.holds(pass.id)).some(({ collection }) => collection === name);
  return items.length > 0 || holds ? null : source;
}

async function streamCopy(pass: Pass, collection: string, source: SideName): Promise<void> {
  await ensureRaised(pass);
  await pass.store.commit(pass.id, { pair: { batch: (await pairRow(pass)).batch + 1 } });
  const all = (await pass.sides[source].digest?.count(collection)) ?? 0;
  let after: Key | null = null;
  let done = 0;
  do {
    checkCancelled(pass);
    const page = await pass.sides[source].scan(collection, after, pass.settings.batchSize);
    for (const { what, why } of page.left) pass.tally.notCompared.add(`${collection} ${what}: ${why}`);
    if (page.records.length > 0) await copyBatch(pass, collection, otherSide(source), page.records);
    after = page.next;
    done += page.records.length;
    pass.progress({ phase: 'write', collection, done, all });
  } while (after !== null);
}

async function copyBatch(
  pass: Pass,
  collection: string,
  target: SideName,
  records: readonly ScannedRecord[],
): Promise<void> {
  await checkStillThere(pass);
  const { batch } = await pairRow(pass);
  const seal = pass.settings.marker ? { seal: { pair: pass.settings.name, batch } } : {};
  const results = await pass.sides[target].write({
    intents: records.map(({ key, record }) => ({ op: 'insert', collection, key, to: record })),
    ...seal,
  });
  await checkStillThere(pass);
  await raiseMarkers(pass, new Map(results.some(({ status }) => status === 'applied') ? [[target, batch]] : []));
  const { rows, open } = sorted(collection, records, results);
  for (const _row of rows) pass.tally.wrote(collection, target, 'insert');
  // The number of the next batch is durable with this one, before anything of it is written.
  await pass.store.commit(pass.id, {
    pair: { batch: batch + 1 },
    copied: { run: pass.run, batch, at: pass.ports.clock.now(), collection, side: target, rows },
    touch: open,
  });
}

/** What arrived as it was meant, and what has to be planned: refused, blocked, changed by a trigger. */
function sorted(
  collection: string,
  records: readonly ScannedRecord[],
  results: readonly WriteResult[],
): { rows: CopiedRow[]; open: KeyRef[] } {
  const rows: CopiedRow[] = [];
  const open: KeyRef[] = [];
  for (const [i, { key, record }] of records.entries()) {
    const result = results[i];
    if (result?.status === 'applied') {
      const encoded = encodeRecord(record);
      rows.push({ key, encoded, hash: hashBytes(encoded) });
    }
    if (result?.status !== 'applied' || result.stored !== undefined) open.push({ collection, key });
  }
  return { rows, open };
}
