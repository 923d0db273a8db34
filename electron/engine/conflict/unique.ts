import { changedFields, fieldOf, withFields } from '../port/record.ts';
import type { Value } from '../port/value.ts';
import type { Strategy } from '../../../shared/model/words.ts';
import type { ResolveRequest } from '../requests.ts';
import { collectionOf, type Pass } from '../run/context.ts';
import { otherSide, sideNames, type SideName } from '../settings.ts';
import { holdsSame } from '../run/same-value.ts';
import type { ActionNote } from '../state/stored.ts';
import type { ItemRow } from '../state/waiting.ts';
import { clashOf, disputedField, givenUp, otherKeyOf, ownState, type Clash, type GivenUp } from './clash.ts';
import { actionFor, type Decided, type Outcome, type Refused } from './decided.ts';
import { endOf } from './end-of.ts';
import { heldText, restingAt, thirdHolders } from './held-values.ts';
import { isNullable, mayBeEmptied } from './emptied.ts';
import { suggested, takenBy, type Promised } from './free-value.ts';
import { refusedChoice } from './offers.ts';
import { senseless, strategiesFor } from './strategies.ts';
import { recordName, valuesText } from './records.ts';

/** The strategies for two records that want one value. No record is ever deleted here (requirements.md B). */
export async function decideUnique(
  pass: Pass,
  item: ItemRow,
  request: ResolveRequest,
  note: ActionNote,
  promised: Promised,
): Promise<Outcome> {
  const { strategy } = request;
  const clash = await standingClash(pass, item);
  if ('refused' in clash) return clash;
  if (!strategiesFor.unique.includes(strategy)) return refusedChoice(pass, item, senseless(strategy, 'unique'));
  const giver = strategy === 'keep_local' ? 'remote' : 'local';
  const [third] = giver === 'remote' ? await thirdHolders(pass, item, clash) : [];
  // Neither of the two is written without the other.
  if (third) return refusedChoice(pass, item, await heldText(pass, item.collection, third, { item: item.id }));
  const named = namedBy(request, disputedField(pass, item));
  const gives = await givenUp(pass, item, clash, giver, named);
  const values = await valuesFor(pass, { item, clash, gives, named, strategy, promised });
  if ('refused' in values) return values;
  return giver === 'remote'
    ? changeRemote(pass, clash, values.patch, note)
    : changeLocal(pass, clash, values.patch, note, gives);
}

/** The values that a person gave, by field; `undefined` takes a field away. */
function namedBy({ fields, value }: ResolveRequest, disputed: string | undefined): Map<string, Value | undefined> {
  const named = new Map<string, Value | undefined>(fields ?? []);
  if (value instanceof Map) for (const [name, one] of value) named.set(name, one);
  else if (value !== undefined && disputed !== undefined && named.get(disputed) === undefined)
    named.set(disputed, value as Value);
  return named;
}

interface Giving {
  readonly item: ItemRow;
  readonly clash: Clash;
  readonly gives: readonly GivenUp[];
  readonly named: ReadonlyMap<string, Value | undefined>;
  readonly strategy: Strategy;
  readonly promised: Promised;
}

/** A value for every field that is given up: what a person named, or what can be made up. */
async function valuesFor(
  pass: Pass,
  giving: Giving,
): Promise<{ readonly patch: ReadonlyMap<string, Value | undefined> } | Refused> {
  const { gives, named, strategy } = giving;
  const open = gives.filter(({ field }) => named.get(field) === undefined);
  if (open.length > 0 && (strategy === 'merge' || strategy === 'keep_local'))
    return { refused: neededText(strategy, gives), code: 'refused' };
  const patch = new Map(named);
  for (const { field } of gives) {
    const value = named.get(field);
    const wrong = value === undefined ? null : await whyNot(pass, giving, field, value);
    if (wrong) return wrong;
    const made = value === undefined ? await madeUp(pass, giving, field) : null;
    if (made && 'refused' in made) return made;
    if (made) patch.set(field, made.to);
  }
  return { patch };
}

function neededText(strategy: Strategy, gives: readonly GivenUp[]): string {
  const fields = gives.map(({ field }) => field);
  const needs = strategy === 'merge' ? 'merge needs' : 'keep_local on a unique clash needs';
  const what = strategy === 'merge' ? '' : 'new ';
  const whom = strategy === 'merge' ? '' : ' for the remote record';
  if (fields.length < 2) return `${needs} a ${what}value${whom}: give --value NEW.`;
  const named = fields.map((field) => `--field ${field}=NEW`).join(' ');
  return `${needs} a ${what}value${whom} in each of ${fields.join(', ')}, which must be unique: give ${named}.`;
}

/** The new value of the record that gives way; `undefined` takes the field away. */
interface Chosen {
  readonly to: Value | undefined;
}

/** Where no value was given: keep_remote clears the field if it may be empty, and rename_local takes a suggestion. */
async function madeUp(
  pass: Pass,
  { item, clash, strategy, promised }: Giving,
  field: string,
): Promise<Chosen | Refused> {
  const { collection } = clash;
  if (strategy === 'keep_remote' && (await mayBeEmptied(pass, collection, field, promised)))
    return { to: collectionOf(pass, collection).anyField ? undefined : null };
  const value = await suggested(pass, item, field, fieldOf(clash.local.a, field) ?? null, promised);
  return value === undefined
    ? {
        refused: `No value like this one can be made up for ${field}: give ${field === disputedField(pass, item) ? '--value NEW' : `--field ${field}=NEW`}.`,
        code: 'refused',
      }
    : { to: value };
}

async function whyNot(pass: Pass, giving: Giving, field: string, value: Value): Promise<Refused | null> {
  const { collection } = giving.clash;
  if (value === null && !(await isNullable(pass, collection, field)))
    return { refused: `${field} cannot be empty.`, code: 'value-invalid' };
  if (!(await takenBy(pass, collection, field, value))) return null;
  return {
    refused: `The value ${valuesText([value])} is taken already. Choose another one${await orLeftOut(pass, giving, field)}.`,
    code: 'value-taken',
  };
}

/** Only two of the strategies go without a value, and not for every type. */
async function orLeftOut(pass: Pass, giving: Giving, field: string): Promise<string> {
  const { strategy, promised } = giving;
  if (strategy !== 'rename_local' && strategy !== 'keep_remote') return '';
  const made = await madeUp(pass, { ...giving, promised: new Set(promised) }, field);
  if ('refused' in made) return '';
  return isCleared(made.to) ? ', or leave it out, which clears the field' : ', or leave it out and take the suggestion';
}

/** The two records, if they can be decided about. */
async function standingClash(
  pass: Pass,
  item: ItemRow,
): Promise<Clash | { refused: string; code: 'refused' | 'moved' }> {
  const clash = await clashOf(pass, item);
  const other = otherKeyOf(item);
  if (clash === null || other === null || item.fields.length === 0)
    return { refused: 'The other record of this clash is not known; edit one of the two by hand.', code: 'refused' };
  if (await restingAt(pass, item.collection, other))
    return {
      refused: `The other record of this clash, ${recordName({ collection: item.collection, key: other })}, rests after an undo. Decide about it first: tandem holds`,
      code: 'refused',
    };
  if (await stillClashes(pass, clash, item)) return clash;
  await pass.store.commit(pass.id, { touch: [item] });
  return {
    refused:
      'The clash is over: the other record does not hold this value any more. Nothing was written; the next sync settles it.',
    code: 'moved',
  };
}

/** Both records still hold one value under the index, as the side compares it. */
export function stillClashes(pass: Pass, { local, remote, collection }: Clash, item: ItemRow): Promise<boolean> {
  const { side = 'B', index } = item.extra;
  const disputed = { side, collection, index, fields: item.fields };
  return side === 'B'
    ? holdsSame(pass, disputed, local.a, { key: remote.key, record: remote.b })
    : holdsSame(pass, disputed, remote.b, { key: local.key, record: local.a });
}

/** The value that the record of the item wants: does anybody else still hold it on the side where it was taken? */
export async function isStillTaken(pass: Pass, item: ItemRow): Promise<boolean> {
  const side = item.extra.side ?? 'B';
  const rule = pass.constraints.unique[side].get(item.collection)?.find(({ name }) => name === item.extra.index);
  const record = side === 'B' ? item.a : item.b;
  if (record === null) return false;
  const wanted = item.fields.map((field) => fieldOf(record, field) ?? null);
  const found = await pass.sides[side].lookup?.find({
    collection: item.collection,
    fields: item.fields,
    tuples: [wanted],
    limit: 2,
    ...(rule?.index ? { index: rule.index } : {}),
  });
  return found === undefined || (found[0] ?? []).some((key) => key !== item.key);
}

type Patch = ReadonlyMap<string, Value | undefined>;

const isCleared = (value: Value | undefined): boolean => value === null || value === undefined;

/** `email 'x', name 'y'`: what a record gets. */
const givenText = (patch: Patch): string =>
  [...patch]
    .flatMap(([name, value]) => (isCleared(value) ? [] : [`${name} ${valuesText([value ?? null])}`]))
    .join(', ');

const clearedIn = (patch: Patch): readonly string[] =>
  [...patch].flatMap(([name, value]) => (isCleared(value) ? [name] : []));

/** Where the new value stands: on one side alone for as long as the record waits for something else. */
async function whereText(pass: Pass, decided: Decided, clash: number | undefined): Promise<string> {
  const { only } = decided;
  if (only === undefined) return 'on both sides';
  const { waits } = await endOf(pass, actionFor(pass, decided, 'resolve'), { own: clash });
  if (waits === null) return 'on both sides';
  const { [only]: here, [otherSide(only)]: there } = pass.settings.sideLabel;
  const after = (what: string): string => `on ${here} now, and on ${there} when ${what}`;
  if (waits.conflict !== null) return after(`conflict ${waits.conflict} is decided`);
  if (waits.resting !== null) return after(`the hold of ${recordName(waits.resting)} is answered`);
  return `on ${here} alone for now`;
}

/**
 * What the record of a side, which the decision does not write, gets in place of its values in these fields, since an
 * edit of the other side follows to it in the same run; `null` where it keeps them.
 */
async function followedText(
  pass: Pass,
  { collection, ...clash }: Clash,
  side: SideName,
  fields: readonly string[],
): Promise<string | null> {
  const party = side === 'A' ? clash.local : clash.remote;
  const now = side === 'A' ? party.a : party.b;
  const end = (await endOf(pass, { ...party, collection }))[side];
  const as = `, as on ${pass.settings.sideLabel[otherSide(side)]}`;
  if (end === null) return `is deleted${as}`;
  const changed = changedFields(now, end).filter((name) => fields.includes(name));
  if (changed.length === 0) return null;
  return `gets ${changed.map((name) => `${name} ${valuesText([fieldOf(end, name) ?? null])}`).join(', ')}${as}`;
}

async function changeLocal(
  pass: Pass,
  clash: Clash,
  patch: Patch,
  note: ActionNote,
  gives: readonly GivenUp[],
): Promise<Outcome> {
  const { local, collection } = clash;
  const merged = ownState(pass, collection, local, 'A');
  if (!merged) return { refused: 'The local record is gone.', code: 'moved' };
  const label = pass.settings.sideLabel.A;
  const agreed = withFields(merged, patch);
  const told = new Map([...patch].filter(([name]) => changedFields(merged, agreed).includes(name)));
  const [given, cleared] = [givenText(told), clearedIn(told)];
  const what =
    given === ''
      ? `${cleared.join(', ')} of the record on ${label} ${cleared.length === 1 ? 'is' : 'are'} cleared`
      : `The record on ${label} gets ${given}${cleared.length === 0 ? '' : `, and its ${cleared.join(', ')} ${cleared.length === 1 ? 'is' : 'are'} cleared`}`;
  const theirs = gives.flatMap(({ fields, holder }) => (holder === clash.remote.key ? fields : []));
  const follows = await followedText(pass, clash, 'B', theirs);
  const several = new Set(gives.map(({ holder }) => holder)).size > 1;
  const others =
    follows !== null
      ? `the other record ${follows}${several ? '; the others keep theirs' : ''}`
      : several
        ? 'the other records keep theirs'
        : `the other record keeps its value${gives.length > 1 ? 's' : ''}`;
  const changed: Decided = { ...local, collection, agreed, note };
  const text = `${what}, ${await whereText(pass, changed, note.item)}; ${others}.`;
  return { text, decided: [{ ...changed, note: { ...note, text } }] };
}

async function changeRemote(pass: Pass, clash: Clash, patch: Patch, note: ActionNote): Promise<Outcome> {
  const { local, remote, collection } = clash;
  const theirs = ownState(pass, collection, remote, 'B');
  const ours = ownState(pass, collection, local, 'A');
  if (!theirs || !ours) return { refused: 'One of the two records is gone.', code: 'moved' };
  const fields = [...patch.keys()].join(', ');
  const values = valuesText([...patch.values()].map((value) => value ?? null));
  const { item: _item, ...rest } = note;
  // What one of the two is refused for is not written of the other, where the sides can keep them together.
  const isGroup = sideNames.every((side) => pass.connectors[side].capabilities.groups !== 'none');
  const together = isGroup && note.item !== undefined ? { bond: note.item } : {};
  const [mine, other] = local.only
    ? [rest, note]
    : [
        { ...note, ...together },
        { ...rest, ...together },
      ];
  const gets: Decided = { ...remote, collection, agreed: withFields(theirs, patch), note: other };
  const follows = local.only ? await followedText(pass, clash, 'A', [...patch.keys()]) : null;
  const text = `The record on ${pass.settings.sideLabel.A} ${follows ?? `keeps its ${fields}`}; the other one gets ${patch.size === 1 ? values : givenText(patch)}, ${await whereText(pass, gets, note.item)}.`;
  const changed = { ...gets, note: { ...other, text } };
  return {
    text,
    decided: local.only ? [changed] : [changed, { ...local, collection, agreed: ours, note: { ...mine, text } }],
  };
}
