import { hashBytes, encodeRecord } from '../port/record-codec.ts';
import type { Key } from '../port/key-codec.ts';
import type { ScannedRecord, ScanPage, WriteResult } from '../port/connector.ts';
import { otherSide, sideNames, type SideName } from '../settings.ts';
import type { AgreedRow, KeyRef } from '../state/stored.ts';
import { sameState, type RecordImage } from '../port/record.ts';
import { checkCancelled, mayWrite, pairRow, type Pass } from './context.ts';
import { checkStillThere } from './identity.ts';
import { ensureRaised, raiseMarkers } from './markers.ts';
import { stampDue } from './stamps.ts';
import { savePlace } from './pull.ts';
import { leftText, walkBoth } from './walk.ts';
import { writtenBytes } from './written-bytes.ts';

/** Smaller collections take the way of every plan. */
const WORTH_IT = 1000;

/**
 * Collections that no run has agreed on yet. L9: a first copy into an empty collection may stream. It overwrites nothing,
 * so nothing has to be staged or judged first: what a side does not take (a unique value, a missing parent) stays dirty
 * and is planned like any record. A crash leaves at most one batch that is on both sides and in no base; it is adopted.
 * Where both sides hold records, what is equal is adopted at once and the rest stays dirty.
 */
export async function firstCopies(pass: Pass): Promise<void> {
  if (pass.scope.collections || pass.scope.key || pass.scope.pins || pass.braked.size > 0) return;
  const begun = new Map<string, Beginning>();
  for (const name of pass.constraints.ranks.parentsFirst([...pass.collections.keys()]))
    begun.set(name, await beginning(pass, name));
  if (![...begun.values()].some((kind) => kind === 'both' || isSide(kind))) return;
  const histories = await beginHistories(pass, new Set([...begun.values()].filter(isSide).map(otherSide)));
  let complete = true;
  for (const [name, kind] of begun) {
    if (isSide(kind)) await streamCopy(pass, name, kind);
    else if (kind === 'both') await adoptEqual(pass, name);
    else if (kind === 'known' || (await beginning(pass, name)) !== 'empty') complete = false;
  }
  if (!complete) return;
  await pass.store.commit(pass.id, { pair: { auditAt: Math.max(1, pass.ports.clock.now()) } });
  for (const [side, token] of pass.tokens) pass.gates.set(side, token);
  for (const [side, at] of histories) await savePlace(pass, side, { at, of: [...pass.collections.keys()] });
}

/**
 * Where the history of each side is to be read on from: from before its records were read, so that nothing is missed in
 * between. A side that is written here is compared afterwards, where its history would tell of our own writes.
 */
async function beginHistories(pass: Pass, written: ReadonlySet<SideName>): Promise<ReadonlyMap<SideName, string>> {
  const known = await pass.store.cursors(pass.id);
  const places = new Map<SideName, string>();
  for (const side of sideNames) {
    const { capture } = pass.sides[side];
    if (capture && !known.has(side) && (capture.prepare !== undefined || !written.has(side)))
      places.set(side, await capture.start());
  }
  return places;
}

/** The side that holds everything while the other is empty; `both` hold records; `known`: it takes the way of every plan. */
type Beginning = SideName | 'both' | 'empty' | 'known';
const isSide = (kind: Beginning): kind is SideName => kind === 'A' || kind === 'B';

async function beginning(pass: Pass, name: string): Promise<Beginning> {
  const [a, b] = [pass.sides.A.digest, pass.sides.B.digest];
  if (!a || !b || (await pass.store.hasBase(pass.id, name))) return 'known';
  const counts = { A: await a.count(name), B: await b.count(name) };
  if (counts.A + counts.B === 0) return 'empty';
  if (Math.max(counts.A, counts.B) < WORTH_IT || (await isParked(pass, name))) return 'known';
  const target = sideNames.find((side) => counts[side] === 0);
  if (!target) return 'both';
  const direction = pass.collections.get(name)?.direction ?? 'both';
  return mayWrite(direction, target) && mayWrite(pass.scope.direction, target) ? otherSide(target) : 'known';
}

async function isParked(pass: Pass, collection: string): Promise<boolean> {
  const items = await pass.store.items(pass.id, { collection, open: true, limit: 1 });
  return items.length > 0 || (await pass.store.holds(pass.id, { collection, limit: 1 })).length > 0;
}

/** Nothing is written to a side: what both hold alike becomes the base, all else is left to the plan. */
async function adoptEqual(pass: Pass, collection: string): Promise<void> {
  let rows: AgreedRow[] = [];
  let touch: KeyRef[] = [];
  let done = 0;
  const save = async (): Promise<void> => {
    if (rows.length > 0) await ensureRaised(pass);
    await checkStillThere(pass);
    await pass.store.commit(pass.id, { agreed: { collection, rows }, touch });
    pass.tally.adopted += rows.length;
    pass.progress({ phase: 'compare', collection, done, all: 0 });
    rows = [];
    touch = [];
    await stampDue(pass);
  };
  for await (const { key, a, b } of walkBoth(pass, collection, pass.tally.notCompared)) {
    if (a !== null && sameState(a, b)) rows.push(agreedRow(key, a));
    else touch.push({ collection, key });
    done++;
    if (rows.length + touch.length >= pass.settings.batchSize) await save();
  }
  await save();
}

function agreedRow(key: Key, record: RecordImage): AgreedRow {
  const encoded = encodeRecord(record);
  return { key, encoded, hash: hashBytes(encoded) };
}

async function streamCopy(pass: Pass, collection: string, source: SideName): Promise<void> {
  await ensureRaised(pass);
  await pass.store.commit(pass.id, { pair: { batch: (await pairRow(pass)).batch + 1 } });
  const all = (await pass.sides[source].digest?.count(collection)) ?? 0;
  let done = 0;
  await checkStillThere(pass);
  for await (const page of pagesAhead(pass, collection, source)) {
    checkCancelled(pass);
    for (const left of page.left) pass.tally.notCompared.add(leftText(pass, source, left));
    if (page.records.length > 0) await copyBatch(pass, collection, otherSide(source), page.records);
    done += page.records.length;
    pass.progress({ phase: 'write', collection, done, all });
  }
}

/** The next page is read while the one before is written: two servers need not wait for each other. */
async function* pagesAhead(pass: Pass, collection: string, source: SideName): AsyncGenerator<ScanPage> {
  const { batchSize } = pass.settings;
  const read = (after: Key | null): Promise<ScanPage> => pass.sides[source].scan(collection, after, batchSize);
  let ahead: Promise<ScanPage> | null = read(null);
  try {
    while (ahead !== null) {
      const page: ScanPage = await ahead;
      ahead = page.next === null ? null : read(page.next);
      // Its failure is told when the page is asked for.
      ahead?.catch(() => undefined);
      yield page;
    }
  } finally {
    await ahead?.catch(() => undefined);
  }
}

async function copyBatch(
  pass: Pass,
  collection: string,
  target: SideName,
  records: readonly ScannedRecord[],
): Promise<void> {
  const { batch } = await pairRow(pass);
  // After a crash these are adopted as what both sides hold, and nobody could tell any more where they came from.
  if (pass.settings.stamp && target === 'A')
    await pass.store.commit(pass.id, { pulling: records.map(({ key }) => ({ collection, key })) });
  const seal = pass.settings.marker ? { seal: { pair: pass.settings.name, batch } } : {};
  const writing = pass.sides[target].write({
    intents: records.map(({ key, record }) => ({ op: 'insert', collection, key, to: record })),
    ...seal,
  });
  // A server works on it meanwhile.
  const agreed = records.map(({ key, record }) => agreedRow(key, record));
  const results = await writing;
  await checkStillThere(pass);
  await raiseMarkers(pass, new Map(results.some(({ status }) => status === 'applied') ? [[target, batch]] : []));
  const { rows, open } = sorted(collection, agreed, results);
  const byKey = new Map(records.map(({ key, record }) => [key, record]));
  for (const { key } of rows)
    pass.tally.wrote(collection, target, 'insert', writtenBytes(key, null, byKey.get(key) ?? null));
  // The number of the next batch is durable with this one, before anything of it is written.
  await pass.store.commit(pass.id, {
    pair: { batch: batch + 1 },
    copied: { run: pass.run, batch, at: pass.ports.clock.now(), collection, side: target, rows },
    touch: open,
  });
  await stampDue(pass);
}

/** What arrived as it was meant, and what has to be planned: refused, blocked, changed by a trigger. */
function sorted(
  collection: string,
  agreed: readonly AgreedRow[],
  results: readonly WriteResult[],
): { rows: AgreedRow[]; open: KeyRef[] } {
  const rows: AgreedRow[] = [];
  const open: KeyRef[] = [];
  for (const [i, row] of agreed.entries()) {
    const result = results[i];
    if (result?.status === 'applied') rows.push(row);
    if (result?.status !== 'applied' || result.stored !== undefined) open.push({ collection, key: row.key });
  }
  return { rows, open };
}
