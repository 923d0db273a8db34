import type { WirePlan, WirePlannedAction } from '../../../shared/contract/plan-shapes.ts';
import { countText, numberText } from '../../../shared/lib/count-text.ts';
import { notInPairLines } from './not-in-pair-text.ts';
import { safeText } from './safe-text.ts';
import type { RunLook } from './run-text.ts';
import { indented, tableLines } from './table.ts';
import { whenText } from './times.ts';
import { changeLines } from './two-states.ts';
import { differing } from './value-window.ts';
import { total } from './words.ts';

/** What a sync would do: numbers per collection, a sample of the changes, and what would wait. `selection`: the options that it was made with. */
export function planLines(plan: WirePlan, look: RunLook, selection: readonly string[] = []): string[] {
  const { style, now, labels, command } = look;
  const lines = [
    `${style.bold(safeText(plan.pair))}: made at ${whenText(plan.at, now)} from what both sides hold now. Nothing has been written.`,
  ];
  lines.push(...createLines(plan, look));
  if (
    plan.create.length === 0 &&
    plan.total === 0 &&
    plan.conflicts.length === 0 &&
    plan.brakes.length === 0 &&
    plan.drift === 0
  )
    return [...lines, 'There is nothing to do.', ...besideLines(plan, look)];
  lines.push(...directionTable(`To ${labels.b}`, plan, 'B', look));
  lines.push(...directionTable(`To ${labels.a}`, plan, 'A', look));
  if (plan.adopt > 0) lines.push('', `${countText(plan.adopt, 'record')} equal on both sides; only noted.`);
  if (plan.drift > 0) lines.push('', ...driftLines(plan, look, selection));
  lines.push(...decidedLines(plan), ...sampleLines(plan, look), ...waiting(plan, look));
  if (plan.total + plan.create.length > 0)
    lines.push('', `Apply it: ${style.bold(command('sync', plan.pair, ...selection))}`);
  return [...lines, ...besideLines(plan, look)];
}

function besideLines({ pair, notInPair }: WirePlan, look: RunLook): string[] {
  const lines = notInPairLines(pair, notInPair, look);
  return lines.length === 0 ? [] : ['', ...lines];
}

/** What the pair takes up with the next sync; by record it can be planned when it is there. */
function createLines({ create }: WirePlan, { labels }: RunLook): string[] {
  return create.map(
    ({ name, missingOn, records }) =>
      `New: ${safeText(name, 60)} is not on ${missingOn === 'A' ? labels.a : labels.b} yet; a sync creates it there and copies ${countText(records, 'record')}.`,
  );
}

/** Nobody is to find out afterwards that an edit gave way. */
function decidedLines({ decided }: WirePlan): string[] {
  if (decided === 0) return [];
  const many = `${countText(decided, 'record')} ${decided === 1 ? 'is' : 'are'}`;
  return [
    '',
    `${many} decided by a rule of the pair: each side has its own edit, and one gives way. It stays in the history.`,
  ];
}

/** What is different on the side that only receives, and how it would be made equal. */
function driftLines({ drift, pair }: WirePlan, { style, command }: RunLook, selection: readonly string[]): string[] {
  return [
    `${countText(drift, 'record')} edited on the receiving side; ${drift === 1 ? 'it stays as it is' : 'they stay as they are'} (drift).`,
    `  Overwrite: ${style.bold(command('sync', pair, '--overwrite-drift', ...selection))}`,
  ];
}

/** What goes to `side`. Beside collections that will be created there is no “nothing”: everything goes with them. */
function directionTable(title: string, plan: WirePlan, side: 'A' | 'B', { style }: RunLook): string[] {
  const fresh = plan.create
    .filter(({ missingOn }) => missingOn === side)
    .map(({ name, records }) => [`${safeText(name, 60)} (new)`, numberText(records), '0', '0']);
  const known = Object.entries(side === 'B' ? plan.localToRemote : plan.remoteToLocal)
    .filter(([, counts]) => total(counts) > 0)
    .map(([name, counts]) => [
      safeText(name, 60),
      numberText(counts.insert),
      numberText(counts.update),
      numberText(counts.delete),
    ]);
  const rows = [...known, ...fresh];
  if (rows.length === 0) return plan.create.length > 0 ? [] : ['', `${title}: nothing`];
  const columns = [
    { head: 'collection' },
    { head: 'insert', right: true },
    { head: 'update', right: true },
    { head: 'delete', right: true },
  ];
  return ['', style.bold(title), ...indented(tableLines(columns, rows))];
}

function sampleLines({ actions, total: all }: WirePlan, { labels }: RunLook): string[] {
  if (actions.length === 0) return [];
  const more = all - actions.length;
  return [
    '',
    more > 0 ? `The first ${numberText(actions.length)} of ${numberText(all)} changes:` : 'The changes:',
    ...indented(actions.flatMap((action) => actionLines(action, labels))),
  ];
}

function actionLines(action: WirePlannedAction, { a, b }: RunLook['labels']): string[] {
  const { op, collection, key, before, after, fields, rules } = action;
  const by = rules.length === 0 ? '' : ` (decided by the rule ${rules.map((rule) => safeText(rule, 40)).join(', ')})`;
  return (['A', 'B'] as const).flatMap((side) => {
    const what = op[side];
    if (what === null) return [];
    const head = `${what} ${safeText(collection, 60)} ${safeText(key.text, 60)} on ${side === 'A' ? a : b}${by}`;
    if (what !== 'update') return [head];
    const changed = differing(before[side], after).filter((field) => fields.includes(field));
    return [head, ...indented(changeLines(before[side], after, changed.slice(0, 5)))];
  });
}

function waiting({ conflicts, brakes }: WirePlan, { style, command, now }: RunLook): string[] {
  const lines = brakes.flatMap((brake) => [
    '',
    style.bad(`Brake ${brake.id} stands since ${whenText(brake.at, now)}: ${safeText(brake.cause, 500)}`),
    `  ${style.bold(command('brake', 'list'))}`,
  ]);
  if (conflicts.length > 0)
    lines.push(
      '',
      style.warn(`${countText(conflicts.length, 'conflict')} ${conflicts.length === 1 ? 'waits' : 'wait'} for you.`),
      `  ${style.bold(command('conflicts'))}`,
    );
  return lines;
}
