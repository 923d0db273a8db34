import { own } from '../../../shared/lib/own.ts';
import type { HoldAnswer } from '../../../shared/model/words.ts';
import { fieldOf } from '../port/record.ts';
import { sameValue, type Value } from '../port/value.ts';
import { otherSide } from '../settings.ts';
import type { ConflictItem, HoldChoice, HoldReport } from '../reports/waiting.ts';
import type { ConflictFilter, HoldFilter } from '../requests.ts';
import { refName, type Pass } from '../run/context.ts';
import type { KeyRef } from '../state/stored.ts';
import type { HoldRow, ItemRow } from '../state/waiting.ts';
import { statesOf } from './decided.ts';
import { choicesOf, type HoldContext } from './hold-choices.ts';
import { clashOf, givenUp, otherKeyOf, type Clash } from './clash.ts';
import { undoneIn } from './decided-rows.ts';
import { mayBeEmptied } from './emptied.ts';
import { suggestion } from './free-value.ts';
import { Parents } from './missing-parents.ts';
import { countBlocking, offersFor } from './offers.ts';
import { notTakenWhy } from './other-answers.ts';
import { recordName } from './records.ts';
import { alongWith, keptBoth } from './sent-along.ts';
import { strategiesFor } from './strategies.ts';
import { stillClashes } from './unique.ts';

const PAGE = 1000;

/** Conflicts as people see them: the mirror of a unique clash and the records behind a brake are left out. */
export async function listConflicts(pass: Pass, filter: ConflictFilter): Promise<readonly ConflictItem[]> {
  const rows = await pass.store.items(pass.id, {
    open: filter.id === undefined && filter.ids === undefined && !filter.all,
    visible: filter.id === undefined,
    limit: filter.limit ?? 100_000,
    ...(filter.id === undefined ? {} : { id: filter.id }),
    ...(filter.ids === undefined ? {} : { ids: filter.ids }),
    ...(filter.collection === undefined ? {} : { collection: filter.collection }),
    ...(filter.afterId === undefined ? {} : { afterId: filter.afterId }),
    ...(filter.kind === undefined ? {} : { kind: filter.kind }),
  });
  const items: ConflictItem[] = [];
  const known: Known = { emptied: new Map(), parents: new Parents(pass) };
  for (const row of rows) items.push(await describe(pass, row, known));
  return items;
}

/** What is asked of the sides once for each field and each record, however many conflicts are about it. */
interface Known {
  readonly emptied: Emptied;
  readonly parents: Parents;
}
type Emptied = Map<string, Promise<boolean>>;

async function describe(pass: Pass, row: ItemRow, { emptied, parents }: Known): Promise<ConflictItem> {
  const open = row.state === 'open' || row.state === 'reopened' || row.state === 'resolving';
  // Of a side that is away nothing can be asked.
  const there = open && pass.collections.has(row.collection);
  const other = there ? await otherOf(pass, row) : undefined;
  const clash = there && row.kind === 'unique' ? await clashOf(pass, row) : null;
  // Another decision, or an edit, has settled it: the next sync takes it up, and until then nothing is offered.
  const isOver = clash !== null && row.state === 'open' && !(await stillClashes(pass, clash, row));
  const offers = there
    ? await offersFor(pass, row, clash, parents)
    : { possible: open ? strategiesFor[row.kind] : [], heldBy: [], missingParents: [] };
  const gives = clash !== null && !isOver ? await givesUp(pass, row, clash, emptied) : [];
  const undone = await undoneIn(pass.store, pass.id, row);
  return {
    id: row.id,
    pair: pass.settings.name,
    collection: row.collection,
    key: row.key,
    kind: row.kind,
    fields: clashing(row, gives),
    base: row.base?.doc ?? null,
    baseKept: row.base === null || row.base.doc !== null,
    local: row.a,
    remote: row.b,
    state: isOver ? 'reopened' : row.state,
    generation: row.generation,
    reason: row.reason + sharedToo(pass, row, gives),
    at: row.at,
    notes: row.notes,
    run: row.run,
    blockedBy: row.waits.map(({ collection, key }) => ({ collection, key })),
    blocking: there ? await countBlocking(pass, row) : row.waits.length,
    possible: isOver ? [] : offers.possible,
    heldBy: offers.heldBy,
    missingParents: offers.missingParents,
    ...(row.extra.index === undefined ? {} : { index: row.extra.index }),
    ...(other === undefined ? {} : { other }),
    givesUp: gives,
    ...(row.strategy === null ? {} : { strategy: row.strategy }),
    ...(row.resolvedBy === null ? {} : { resolvedBy: row.resolvedBy }),
    ...(row.resolvedAt === null ? {} : { resolvedAt: row.resolvedAt }),
    ...(undone === null ? {} : { undoneIn: undone }),
  };
}

async function otherOf(pass: Pass, row: ItemRow): Promise<ConflictItem['other'] | undefined> {
  const key = otherKeyOf(row);
  const { side } = row.extra;
  if (key === null || side === undefined) return undefined;
  const now = await statesOf(pass, { collection: row.collection, key });
  const { [side]: record, [otherSide(side)]: there } = now;
  const onBoth =
    record !== null &&
    there !== null &&
    row.fields.every((field) => sameValue(fieldOf(record, field), fieldOf(there, field)));
  return { side, key, record, onBoth };
}

type GivesUp = ConflictItem['givesUp'];

/** What the record of this computer gives up, with what becomes of each; suggestions are found once, so that every look shows the same. */
async function givesUp(pass: Pass, row: ItemRow, clash: Clash, known: Emptied): Promise<GivesUp> {
  const gives = await givenUp(pass, row, clash, 'local');
  const suggestions = { ...row.extra.suggestions };
  const found: GivesUp[number][] = [];
  for (const { field, fields, holder } of gives) {
    const old = fieldOf(clash.local.a, field) ?? null;
    const text = own(suggestions, field) ?? (await suggestedFor(pass, row, field, old));
    if (text !== undefined) suggestions[field] = text;
    const emptied = await isEmptied(pass, row, field, known);
    found.push({ field, fields, key: holder, emptied, ...(text === undefined ? {} : { suggestion: text }) });
  }
  if (Object.keys(suggestions).length > Object.keys(row.extra.suggestions ?? {}).length)
    await pass.store.commit(pass.id, { patchItems: [{ id: row.id, extra: { ...row.extra, suggestions } }] });
  return found;
}

async function suggestedFor(pass: Pass, row: ItemRow, field: string, old: Value): Promise<string | undefined> {
  const value = await suggestion(pass, row.collection, field, old);
  return value === undefined ? undefined : String(value);
}

function isEmptied(pass: Pass, { collection }: ItemRow, field: string, known: Emptied): Promise<boolean> {
  const name = JSON.stringify([collection, field]);
  const answer = known.get(name) ?? mayBeEmptied(pass, collection, field);
  known.set(name, answer);
  return answer;
}

/** Of a unique clash everything in which the two records clash. */
function clashing(row: ItemRow, gives: GivesUp): readonly string[] {
  const other = otherKeyOf(row);
  const remote = row.extra.side === 'B' ? other : row.key;
  return [...new Set([...row.fields, ...gives.flatMap(({ key, fields }) => (key === remote ? fields : []))])];
}

/** What a side refused named one value; here are the others. */
function sharedToo(pass: Pass, row: ItemRow, gives: GivesUp): string {
  return gives
    .slice(1)
    .map(({ key, fields }) => {
      const there = `${recordName({ collection: row.collection, key })} on ${pass.settings.sideLabel.B}`;
      return ` ${there} has the same ${fields.join(', ')}, which must be unique as well.`;
    })
    .join('');
}

/** The holds of one undone run, of one collection, of one record, as far as the filter says; each page is of one collection. */
export async function* holdPages(
  { store, id }: Pick<HoldContext, 'store' | 'id'>,
  { limit = Infinity, ...which }: HoldFilter,
): AsyncGenerator<readonly HoldRow[]> {
  let left = limit;
  for (let after: KeyRef | undefined; left > 0;) {
    const rows = await store.holds(id, { ...which, ...(after ? { after } : {}), limit: Math.min(PAGE, left) });
    const [first] = rows;
    if (!first) return;
    const page = rows.filter(({ collection }) => collection === first.collection);
    after = page.at(-1);
    left -= page.length;
    yield page;
  }
}

/** Of these the ones that nobody has said to keep apart. */
export async function* waitingHolds(...which: Parameters<typeof holdPages>): AsyncGenerator<readonly HoldRow[]> {
  for await (const page of holdPages(...which)) {
    const waiting = page.filter(({ kept }) => kept === null);
    if (waiting.length > 0) yield waiting;
  }
}

/** Holds with what each possible answer would leave on the sides, as the state knows it. */
export const listHolds = (ctx: HoldContext, filter: HoldFilter): Promise<readonly HoldReport[]> =>
  reportHolds(ctx, filter, () => ({ whyNot: NOT_JUDGED, unchecked: 'No side was looked at.' }));

/** The same, with what both sides would refuse; of a long list the first ones are judged. */
export function listJudged(pass: Pass, filter: HoldFilter): Promise<readonly HoldReport[]> {
  let judged = 0;
  return reportHolds(pass, filter, (hold) => {
    if (!pass.collections.has(hold.collection))
      return { whyNot: NOT_JUDGED, unchecked: `${hold.collection} is not on both sides.` };
    if (judged++ >= JUDGED) return { whyNot: NOT_JUDGED, unchecked: `Only the first ${JUDGED} of a list are checked.` };
    return { whyNot: (answer) => notTakenWhy(pass, hold, { answer, who: pass.who }), unchecked: null };
  });
}

/** So many holds of one list are judged, since each answer to each is a plan of its own. */
const JUDGED = 100;

/** How the answers to one hold are judged. */
interface Judging extends Pick<HoldReport, 'unchecked'> {
  readonly whyNot: (answer: HoldAnswer) => Promise<string | null>;
}
const NOT_JUDGED: Judging['whyNot'] = () => Promise.resolve(null);

async function reportHolds(
  ctx: HoldContext,
  filter: HoldFilter,
  judging: (hold: HoldRow) => Judging,
): Promise<readonly HoldReport[]> {
  const reports: HoldReport[] = [];
  for await (const page of holdPages(ctx, filter)) {
    const moved = await keptBoth(ctx, page);
    for (const hold of page) {
      const item = moved.get(refName(hold));
      const { collection, key, fields, a, b, run, at, generation, kept } = hold;
      const base = (await ctx.store.facts(ctx.id, collection, [key])).get(key)?.base ?? null;
      const { whyNot, unchecked } = judging(hold);
      const choices: HoldChoice[] = [];
      for (const choice of await choicesOf(ctx, hold, base))
        choices.push({ ...choice, refused: await whyNot(choice.answer) });
      reports.push({
        pair: ctx.settings.name,
        collection,
        key,
        fields,
        local: a,
        remote: b,
        undoneRun: run,
        at,
        generation,
        kept,
        choices,
        unchecked,
        along: item ? await alongWith(ctx, hold, item) : [],
      });
    }
  }
  return reports;
}
