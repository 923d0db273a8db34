import { sameState } from '../port/record.ts';
import type { BrakeReport } from '../reports/waiting.ts';
import type { Pass } from '../run/context.ts';
import { brakeReport, type BrakeJudged } from '../run/report.ts';
import { walkBoth } from '../run/walk.ts';
import type { BrakeRow } from '../state/stored.ts';
import { canBeAnswered } from './brake-answer.ts';
import { orderOf } from './brake-order.ts';

/** `state`: records are not looked at. */
type Look = 'sides' | 'state';

/** Brakes as people are asked about them, each judged as things stand. It writes nothing. */
export async function listBrakes(pass: Pass, rows: readonly BrakeRow[], look: Look): Promise<readonly BrakeReport[]> {
  const open = await pass.store.brakes(pass.id, false);
  const reports: BrakeReport[] = [];
  for (const row of rows) {
    const judged = open.some(({ id }) => id === row.id) ? await judgedNow(pass, open, row, look) : undefined;
    reports.push(brakeReport(row, pass.settings, judged));
  }
  return reports;
}

async function judgedNow(pass: Pass, open: readonly BrakeRow[], row: BrakeRow, look: Look): Promise<BrakeJudged> {
  // Of a side that is away nothing can be brought back and nothing let go.
  const answerable = await canBeAnswered(pass, row).catch(() => false);
  const isBehindWhole = open.some(({ collection }) => collection === '');
  if (!answerable || (look === 'state' && !isBehindWhole)) return { answerable };
  const first: BrakeReport['first'][number][] = [];
  const along: BrakeReport['along'][number][] = [];
  for (const answer of ['bring-back', 'let-go'] as const) {
    const order = await orderOf(pass, open, row, answer);
    if (order.first) first.push({ answer, brake: order.first.id, collection: order.first.collection });
    along.push(...order.along.map(({ id, collection }) => ({ answer, brake: id, collection })));
  }
  return {
    answerable: true,
    first,
    along,
    sameAgain: look === 'sides' && !isBehindWhole && (await isSameAgain(pass, row)),
  };
}

/** Is nothing left of what a brake of many records holds? What it was asked about is looked at first. */
async function isSameAgain(pass: Pass, { kind, collection, samples }: BrakeRow): Promise<boolean> {
  if (kind !== 'deletes' && kind !== 'emptied' && kind !== 'changes' && kind !== 'drift') return false;
  const keys = samples.map(({ key }) => key);
  const [a, b] = [await pass.sides.A.read(collection, keys), await pass.sides.B.read(collection, keys)];
  if (!keys.every((key) => sameState(a.get(key) ?? null, b.get(key) ?? null))) return false;
  const left = new Set<string>();
  for await (const record of walkBoth(pass, collection, left)) if (!sameState(record.a, record.b)) return false;
  return left.size === 0;
}
