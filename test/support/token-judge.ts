import { readFileSync } from 'node:fs';
import { must } from '../../shared/lib/assert.ts';
import { decodeKey, type Key } from '../../electron/engine/port/key-codec.ts';
import { fieldOf } from '../../electron/engine/port/record.ts';
import type { SideName } from '../../electron/engine/settings.ts';
import type { DecisionRow, JournalRow } from '../../electron/engine/state/stored.ts';
import { dumpOf, type Dump, type OpenPair, type PairFiles, type Row } from './file-pair.ts';
import { tokenTables, type Acknowledged } from './token-world.ts';

/** Where each acknowledged value was found, and what was found nowhere. */
export interface Verdict {
  readonly tokens: number;
  readonly inEndState: number;
  readonly overwrittenByItsReader: number;
  readonly inConflict: number;
  readonly inBeforeImage: number;
  /** Before-images that an undo was asked for, and that stood in the database afterwards. */
  readonly undone: number;
  readonly undoRefused: number;
  readonly violations: readonly string[];
}

interface Image {
  readonly entry: Acknowledged;
  readonly field: string;
}

interface Evidence {
  readonly sides: Record<SideName, ReadonlyMap<string, Row>>;
  readonly open: ReadonlySet<string>;
  readonly journal: ReadonlyMap<string, readonly JournalRow[]>;
  readonly decisions: ReadonlyMap<string, readonly DecisionRow[]>;
  /** Values that somebody replaced or deleted after having seen them. */
  readonly replaced: ReadonlySet<string>;
  readonly inserted: ReadonlySet<string>;
}

type Place = 'inEndState' | 'overwrittenByItsReader' | 'inConflict' | 'inBeforeImage' | 'nowhere';

const nameOf = (table: string, key: unknown): string => `${table} ${String(key)}`;
const refOf = (collection: string, key: Key): string => nameOf(collection, decodeKey(key)[0]);
const read = (log: string): Acknowledged[] =>
  readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Acknowledged);

/**
 * Judges a world at rest by what its writers noted: every acknowledged value is in the equal end state, was replaced
 * by somebody who had seen it, stands on its side in an open conflict, or was replaced by a decision and is in the
 * journal as a before-image that an undo puts back.
 */
export async function judgeTokens(
  pair: OpenPair,
  files: PairFiles,
  logs: readonly string[],
  undos: number,
): Promise<Verdict> {
  const acknowledged = logs.flatMap(read);
  const evidence = await gather(pair, files, acknowledged);
  const counts = { inEndState: 0, overwrittenByItsReader: 0, inConflict: 0, inBeforeImage: 0, nowhere: 0 };
  const violations = [...unequal(evidence), ...invented(evidence, acknowledged), ...(await brakes(pair))];
  const images: Image[] = [];
  for (const entry of acknowledged) {
    const claims = entry.op === 'delete' ? [''] : Object.keys(entry.set);
    for (const field of claims) {
      const place = field === '' ? placeOfDelete(entry, evidence) : placeOfValue(entry, field, evidence);
      counts[place]++;
      if (place === 'inBeforeImage' && field !== '') images.push({ entry, field });
      if (place === 'nowhere') violations.push(lost(entry, field, evidence));
    }
  }
  violations.push(...images.flatMap((image) => unrecorded(image, evidence)));
  const { undone, undoRefused, wrong } = await tryUndo(pair, files, evidence, images, undos);
  const { nowhere, ...found } = counts;
  const tokens = nowhere + Object.values(found).reduce((sum, count) => sum + count, 0);
  return { tokens, ...found, undone, undoRefused, violations: [...violations, ...wrong] };
}

function tokenMap(dump: Dump): Map<string, Row> {
  return new Map(
    tokenTables.flatMap(({ name, key }) =>
      must(dump[name], name).map((row): [string, Row] => [nameOf(name, row[key]), row]),
    ),
  );
}

async function gather({ store }: OpenPair, files: PairFiles, acknowledged: readonly Acknowledged[]): Promise<Evidence> {
  const { id } = must((await store.listPairs())[0], 'a pair in the state');
  const items = await store.items(id, { open: true, limit: 1_000_000 });
  const holds = await store.holds(id, { limit: 1_000_000 });
  const replaced = new Set<string>();
  for (const { table, key, set, saw, op } of acknowledged) {
    for (const field of op === 'delete' ? Object.keys(saw ?? {}) : Object.keys(set))
      replaced.add(`${nameOf(table, key)} ${field} ${String(saw?.[field])}`);
  }
  return {
    sides: { A: tokenMap(dumpOf(files.A)), B: tokenMap(dumpOf(files.B)) },
    open: new Set([...items, ...holds].map(({ collection, key }) => refOf(collection, key))),
    journal: groupByRecord(await store.journal(id, { status: 'applied', limit: 1_000_000 })),
    decisions: groupByRecord(await store.decisions(id, { limit: 1_000_000 })),
    replaced,
    inserted: new Set(acknowledged.filter(({ op }) => op === 'insert').map(({ table, key }) => nameOf(table, key))),
  };
}

function groupByRecord<T extends { readonly collection: string; readonly key: Key }>(
  rows: readonly T[],
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const name = refOf(row.collection, row.key);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return groups;
}

function placeOfValue({ side, table, key, set }: Acknowledged, field: string, evidence: Evidence): Place {
  const name = nameOf(table, key);
  const value = must(set[field], field);
  const held = { A: evidence.sides.A.get(name)?.[field], B: evidence.sides.B.get(name)?.[field] };
  if (held.A === value && held.B === value) return 'inEndState';
  if (evidence.replaced.has(`${name} ${field} ${value}`)) return 'overwrittenByItsReader';
  if (evidence.open.has(name) && held[side] === value) return 'inConflict';
  const image = decided(evidence, name).some((row) => row.side === side && fieldOf(row.before, field) === value);
  return image ? 'inBeforeImage' : 'nowhere';
}

function placeOfDelete({ side, table, key }: Acknowledged, evidence: Evidence): Place {
  const name = nameOf(table, key);
  if (!evidence.sides.A.has(name) && !evidence.sides.B.has(name)) return 'inEndState';
  if (evidence.open.has(name) && !evidence.sides[side].has(name)) return 'inConflict';
  if (evidence.inserted.has(name)) return 'overwrittenByItsReader';
  return decided(evidence, name).some((row) => row.side === side && row.op === 'insert') ? 'inBeforeImage' : 'nowhere';
}

/** What a person chose, or the declared policy of `options`; elsewhere a plan is no excuse for a value that is gone. */
function decided({ journal }: Evidence, name: string): JournalRow[] {
  return (journal.get(name) ?? []).filter(({ origin, side }) => origin !== 'plan' || byPolicy(name, side));
}

const byPolicy = (name: string, side: SideName): boolean => name.startsWith('options ') && side === 'B';

/** L8: every automatic decision leaves a row with the losing value. */
function unrecorded({ entry, field }: Image, { decisions }: Evidence): string[] {
  const name = nameOf(entry.table, entry.key);
  const value = must(entry.set[field], field);
  const rows = decisions.get(name) ?? [];
  if (rows.some(({ lost }) => fieldOf(lost, field) === value)) return [];
  return [`no decision row holds ${name} ${field} ${value}, which was replaced on ${entry.side}`];
}

function unequal({ sides, open }: Evidence): string[] {
  return [...new Set([...sides.A.keys(), ...sides.B.keys()])].flatMap((name) => {
    const [a, b] = [JSON.stringify(sides.A.get(name)), JSON.stringify(sides.B.get(name))];
    return a === b || open.has(name)
      ? []
      : [`${name} differs, and no open item says so: ${a ?? 'none'} | ${b ?? 'none'}`];
  });
}

/** No value stands anywhere that nobody wrote. */
function invented({ sides }: Evidence, acknowledged: readonly Acknowledged[]): string[] {
  const known = new Set(acknowledged.flatMap(({ set }) => Object.values(set)));
  return tokenTables.flatMap(({ name, key, tokens }) =>
    (['A', 'B'] as const).flatMap((side) =>
      [...sides[side]]
        .filter(([, row]) => row[key] !== undefined && tokens.every((field) => field in row))
        .filter(([record]) => record.startsWith(`${name} `))
        .flatMap(([record, row]) =>
          tokens
            .map((field) => String(row[field]))
            .filter((value) => !value.startsWith('0-') && !known.has(value))
            .map((value) => `${record} on ${side} holds ${value}, which nobody wrote`),
        ),
    ),
  );
}

async function brakes({ engine }: OpenPair): Promise<string[]> {
  return (await engine.brakes()).map(({ kind, cause }) => `a brake stands without reason: ${kind}, ${cause}`);
}

function lost(entry: Acknowledged, field: string, { sides, journal, open }: Evidence): string {
  const name = nameOf(entry.table, entry.key);
  const trail = (journal.get(name) ?? []).map(
    ({ run, batch, side, op, origin, before, after }) =>
      `run ${run} batch ${batch} ${side} ${op} ${origin} ${JSON.stringify(before?.values.map(String))} -> ${JSON.stringify(after?.values.map(String))}`,
  );
  return [
    `${entry.op} ${JSON.stringify(entry.set)} of ${name} ${field} on ${entry.side} is nowhere; open item: ${open.has(name)}`,
    `  A ${JSON.stringify(sides.A.get(name))} B ${JSON.stringify(sides.B.get(name))}`,
    ...trail.map((line) => `  ${line}`),
  ].join('\n');
}

/** Undo of the run that replaced a value, for as many as asked for: the value stands there again. */
async function tryUndo(
  { engine }: OpenPair,
  files: PairFiles,
  evidence: Evidence,
  images: readonly Image[],
  limit: number,
): Promise<{ undone: number; undoRefused: number; wrong: string[] }> {
  const wrong: string[] = [];
  const tried = new Set<string>();
  let [undone, undoRefused] = [0, 0];
  for (const { entry, field } of images) {
    if (undone >= limit) break;
    const name = nameOf(entry.table, entry.key);
    const value = must(entry.set[field], field);
    const row = decided(evidence, name).find((one) => one.side === entry.side && fieldOf(one.before, field) === value);
    if (!row || tried.has(name) || evidence.open.has(name) || !stillStands(evidence, row, field, name)) continue;
    tried.add(name);
    const report = await engine.undo({ run: row.run, collection: row.collection, key: row.key }, 'the judge');
    const now = tokenMap(dumpOf(files[entry.side])).get(name)?.[field];
    if (now === value) undone++;
    else if (report.refused.length > 0) undoRefused++;
    else wrong.push(`undo of run ${row.run} left ${name} ${field} on ${entry.side} at ${String(now)}, not ${value}`);
  }
  return { undone, undoRefused, wrong };
}

/** Undo restores what the run wrote and nobody changed since. */
function stillStands({ sides, journal }: Evidence, row: JournalRow, field: string, name: string): boolean {
  const now = sides[row.side].get(name);
  const later = (journal.get(name) ?? []).some(({ id, side }) => side === row.side && id > row.id);
  if (later) return false;
  return row.after === null ? now === undefined : now?.[field] === fieldOf(row.after, field);
}
