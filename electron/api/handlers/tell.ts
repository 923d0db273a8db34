import { countText, numberText } from '../../../shared/lib/count-text.ts';
import { cleanText } from '../../../shared/model/display.ts';
import type { AutoResolveReport, ResolveReport } from '../../engine/reports/decision.ts';
import type { RunReport } from '../../engine/reports/run.ts';
import { keyHex } from '../../engine/port/key-codec.ts';
import { refName } from '../../engine/run/context.ts';
import type { DecisionRow } from '../../engine/state/stored.ts';
import type { Host } from '../host/host.ts';
import { pairRowOf } from '../host/pair-row.ts';
import type { OpenPair } from '../host/pair-pool.ts';
import { wireConflict } from '../mapping/conflicts.ts';
import { keyText } from '../mapping/key-text.ts';
import { wireRun } from '../mapping/runs.ts';

const MOST_TOLD = 200;
const NAMED = 3;

/** Tells everybody who listens what a run left behind. */
export async function tellRun(host: Host, open: OpenPair, run: RunReport): Promise<void> {
  const { engine, settings } = open;
  host.events.publish('run.finished', wireRun(run));
  const items = Object.values(run.conflicts).some((n) => n > 0) ? await engine.conflicts({ limit: MOST_TOLD }) : [];
  for (const item of items) if (item.run === run.id) host.events.publish('conflict.opened', wireConflict(item));
  await host.reports.write(host, open);
  const { state, sentence } = await engine.status();
  host.events.publish('pair.state', { pair: settings.name, state, sentence });
}

/** What was decided without anybody being asked is said by whoever runs the sync, while it is fresh. */
const say = (host: Host, message: string): void => host.events.publish('log', { level: 'warn', message });

/** Definitions changed, and the two sides are not alike: what one of them refuses or deletes by itself, the other does not. */
export function tellUnlike(host: Host, { pair, unlike = [] }: RunReport): void {
  if (unlike.length === 0) return;
  say(
    host,
    `${pair}: the two sides are not defined alike. ${unlikeText(unlike)} Everything: \`tandem pair test ${pair}\``,
  );
}

/** The first differences by name, and how many more there are. */
export function unlikeText(unlike: readonly string[]): string {
  const more = unlike.length > NAMED ? ` And ${numberText(unlike.length - NAMED)} more.` : '';
  return `${unlike
    .slice(0, NAMED)
    .map((text) => cleanText(text, 160))
    .join(' ')}${more}`;
}

/** Values that gave way to a rule of the pair, and where they can be seen. */
export async function tellRules(host: Host, { settings }: OpenPair, run: RunReport): Promise<void> {
  // Where everything is asked there is nothing to be found.
  const rules = settings.collections.some(
    ({ policy, fieldPolicy }) => policy !== 'ask' || Object.keys(fieldPolicy).length > 0,
  );
  if (!rules) return;
  const pair = await pairRowOf(host, settings.name);
  if (!pair) return;
  const rows = await host.store.decisions(pair.id, { run: run.id, limit: MOST_TOLD });
  const gave = rows.filter(({ winner, policy }) => winner !== null && policy !== 'touch');
  if (gave.length > 0) say(host, rulesText(settings.name, run.id, gave.toReversed(), rows.length === MOST_TOLD));
}

/** One record may be decided in several steps, field by field. `isMore`: there may be further ones. */
function rulesText(pair: string, run: number, gave: readonly DecisionRow[], isMore: boolean): string {
  const records = Map.groupBy(gave, refName);
  const firsts = [...records.values()].flatMap(([first]) => first ?? []);
  const names = firsts.slice(0, NAMED).map(({ collection, key }) => `${collection} ${cleanText(keyText(key), 40)}`);
  const more = records.size > NAMED ? ` and ${numberText(records.size - NAMED)} more` : '';
  const fields = [...records.values()].reduce((n, rows) => n + new Set(rows.flatMap((row) => row.fields)).size, 0);
  const many = `${isMore ? 'at least ' : ''}${countText(records.size, 'record')}`;
  const inFields = fields > records.size ? ` (${countText(fields, 'field')})` : '';
  return `${pair}: its rules decided ${many}${inFields} that each side had added, changed or deleted in its own way: ${names.join('; ')}${more}. What gave way: \`${timelineOf(pair, firsts[0])}\`; take it back: \`tandem undo run ${run}\``;
}

/** The timeline of the first of them, where its names can be typed as they stand. */
function timelineOf(pair: string, first: DecisionRow | undefined): string {
  const isPlain = first !== undefined && /^\w+$/.test(first.collection);
  if (!isPlain) return `tandem timeline ${pair} COLLECTION KEY`;
  const text = keyText(first.key);
  return `tandem timeline ${pair} ${first.collection} ${/^\w+$/.test(text) ? text : `hex:${keyHex(first.key)}`}`;
}

/** What the pair's `conflictResolutionStrategy` decided after a sync, as a run of its own. */
export async function tellStrategy(
  host: Host,
  open: OpenPair,
  { run, resolved }: Pick<ResolveReport | AutoResolveReport, 'run' | 'resolved'>,
): Promise<void> {
  const report = await open.engine.run(run);
  if (report) await tellRun(host, open, report);
  const named = resolved.slice(0, 5).map(({ id }) => `#${id}`);
  say(
    host,
    `${open.settings.name}: conflictResolutionStrategy decided ${countText(resolved.length, 'conflict')}: ${named.join(', ')}${resolved.length > 5 ? ' …' : ''}. Each in words: \`tandem conflicts --all --pair ${open.settings.name}\`; take it back: \`tandem undo run ${run}\``,
  );
}
