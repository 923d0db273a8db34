import { must } from '../../../shared/lib/assert.ts';
import { changedFields } from '../port/record.ts';
import { keyHex } from '../port/key-codec.ts';
import { listConflicts } from '../conflict/listing.ts';
import type { PlanEntry, PlannedAction, PlanReport } from '../reports/plan.ts';
import type { OpCounts } from '../reports/run.ts';
import type { ActionRow } from '../state/stored.ts';
import type { SideName } from '../settings.ts';
import { type Pass, wayOf } from './context.ts';
import { brakeReport } from './report.ts';
import { fieldsHash, hexOf } from './hashes.ts';
import { stagedPages } from './staged-pages.ts';
import { opOf, writesOf } from './tuples.ts';

/** The staged plan in numbers, with a sample of actions and the fingerprint that a saved plan holds. */
export async function planReport(pass: Pass, sample: number): Promise<PlanReport> {
  const counts = (await pass.store.countActions(pass.id, pass.run)).filter(({ status }) => status === 'staged');
  const per = (side: SideName): Record<string, OpCounts> => {
    const map: Record<string, { insert: number; update: number; delete: number }> = {};
    for (const name of pass.collections.keys()) map[name] = { insert: 0, update: 0, delete: 0 };
    for (const { collection, op, count } of counts.filter((one) => one.side === side)) {
      const entry = (map[collection] ??= { insert: 0, update: 0, delete: 0 });
      entry[op] += count;
    }
    return map;
  };
  const actions: PlannedAction[] = [];
  const fingerprint: PlanEntry[] = [];
  const listed: PlanReport['listed'][number][] = [];
  const settled = new Set<number>();
  const fields = new Map([...pass.collections].map(([name, rules]) => [name, fieldsHash(rules)]));
  let decided = 0;
  for await (const page of stagedPages(pass, 1000)) {
    for (const action of page) {
      if (actions.length < sample) actions.push(plannedAction(action));
      if (rulesOf(action).length > 0) decided++;
      if (action.note.item !== undefined) settled.add(action.note.item);
      listed.push({ key: action.key, op: opsOf(action) });
      fingerprint.push({
        collection: action.collection,
        key: keyHex(action.key),
        direction: wayOf(pass, action.collection),
        fields: must(fields.get(action.collection), 'a collection of the plan'),
        a: hexOf(action.a),
        b: hexOf(action.b),
        to: hexOf(action.agreed),
      });
    }
  }
  return {
    pair: pass.settings.name,
    at: pass.ports.clock.now(),
    aToB: per('B'),
    bToA: per('A'),
    adopt: pass.tally.adopted,
    drift: pass.tally.drift,
    actions,
    fingerprint,
    listed,
    total: fingerprint.length,
    decided,
    notInPair: pass.tally.notInPair,
    // What is written waits no more.
    conflicts: (await listConflicts(pass, {})).filter(({ id }) => !settled.has(id)),
    brakes: (await pass.store.brakes(pass.id, false)).map((row) => brakeReport(row, pass.settings)),
  };
}

/** Rules that take an edit of one side for both, where each side had its own. A touch field is no edit that could be lost. */
const rulesOf = ({ note: { choices = [] } }: ActionRow): readonly string[] => [
  ...new Set(choices.flatMap(({ policy }) => (policy === 'touch' ? [] : [policy]))),
];

const opsOf = (action: ActionRow): PlannedAction['op'] =>
  Object.fromEntries(writesOf(action).map(({ side, from, to }) => [side, opOf(from, to)]));

function plannedAction(action: ActionRow): PlannedAction {
  const fields = new Set<string>();
  for (const { from, to } of writesOf(action)) for (const field of changedFields(from, to)) fields.add(field);
  return {
    id: action.id,
    collection: action.collection,
    key: action.key,
    op: opsOf(action),
    fields: [...fields].sort(),
    rules: rulesOf(action),
    before: { A: action.a, B: action.b },
    after: action.agreed,
  };
}
