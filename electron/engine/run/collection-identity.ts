import { numberText } from '../../../shared/lib/count-text.ts';
import { must } from '../../../shared/lib/assert.ts';
import { own } from '../../../shared/lib/own.ts';
import type { Identity } from '../port/connector.ts';
import { sameState } from '../port/record.ts';
import { sideNames, type CollectionSettings, type SideName } from '../settings.ts';
import type { BrakeRow, NewBrake, PairRow } from '../state/stored.ts';
import { pairRow, type Pass } from './context.ts';
import { noteShown } from './shown.ts';
import { walkBoth } from './walk.ts';

type Both<T> = Readonly<Record<SideName, T>>;

/**
 * A collection that was dropped and made again under its name is another one: its base says nothing about it (L6). If
 * both sides are not equal, the collection waits for an answer; nothing is deleted or reverted because of it before.
 */
export async function checkCollections(pass: Pass): Promise<void> {
  const row = await pairRow(pass);
  if (row.mode !== 'normal') return;
  const now = pass.shown ?? (await identitiesOf(pass));
  const asked = new Map((await pass.store.brakes(pass.id, false)).map((brake) => [brake.collection, brake]));
  const made = { ...row.made };
  for (const collection of pass.collections.values()) {
    const { name } = collection;
    const open = asked.get(name) ?? asked.get('');
    const found = await replacedSide(pass, collection, { row, now });
    if (found === null || found.equal) made[name] = known(own(made, name), idsOf(collection, now));
    if (found?.equal === false && !open) await latch(pass, found);
    if (open?.kind !== 'replaced' || open.collection !== name) continue;
    if (found?.equal === false) await askAnew(pass, open, found);
    if (found?.equal && open.answer === null) {
      await pass.store.commit(pass.id, { dropBrake: open.id });
      pass.braked.delete(name);
    }
  }
  if (JSON.stringify(made) !== JSON.stringify(row.made)) await pass.store.commit(pass.id, { pair: { made } });
}

/** The collections as the pass found them when it began. */
export async function collectionsFound(pass: Pass): Promise<PairRow['made']> {
  const now = pass.shown ?? (await identitiesOf(pass));
  return Object.fromEntries([...pass.collections.values()].map((each) => [each.name, idsOf(each, now)]));
}

/**
 * Which collections a person's answer is about: the one that was made again as the question showed it, of one that
 * vanished what now stands on that side. Whatever else was made again since is a question of its own (E79).
 */
export async function acceptCollections(
  pass: Pass,
  { kind, side, made }: Pick<BrakeRow, 'kind' | 'side' | 'made'>,
  names: readonly string[],
): Promise<PairRow['made']> {
  const then = (await pairRow(pass)).made;
  if (kind === 'replaced' && made) return { ...then, ...Object.fromEntries(names.map((name) => [name, made])) };
  if (kind !== 'missing' && kind !== 'schema') return then;
  const found = Object.entries(await collectionsFound(pass)).filter(([name]) => names.includes(name));
  const accepted = found.map(([name, ids]) => [name, { ...(own(then, name) ?? ids), [side]: ids[side] }] as const);
  return { ...then, ...Object.fromEntries(accepted) };
}

/** It is still the one on both sides that the question was asked about. */
export async function isAsAsked(pass: Pass, { collection, made }: BrakeRow): Promise<boolean> {
  const now = own(await collectionsFound(pass), collection);
  return now !== undefined && made !== null && sameIds(made, now);
}

/** Neither side has the collection any more that both agreed with: its base says nothing about either. */
export async function isNewOnBoth(pass: Pass, { kind, collection, made }: BrakeRow): Promise<boolean> {
  if (kind !== 'replaced' || made === null) return false;
  return changedSides(own((await pairRow(pass)).made, collection), made).length === sideNames.length;
}

/** The first collection that is gone, or another one than the pass began with. */
export function collectionReplaced(pass: Pass, made: PairRow['made'], now: Both<Identity>): string | undefined {
  return [...pass.collections.values()].find(
    (collection) =>
      !pass.braked.has(collection.name) &&
      (isGone(collection, own(made, collection.name), now) ||
        changedSides(own(made, collection.name), idsOf(collection, now)).length > 0),
  )?.name;
}

/** The side told of it, tells which collections there are, and does not name it any more. */
const isGone = ({ physical }: CollectionSettings, then: Both<string> | undefined, now: Both<Identity>): boolean =>
  sideNames.some((side) => {
    const { collections } = now[side];
    return then && then[side] !== '' && collections !== undefined && !Object.hasOwn(collections, physical[side]);
  });

const identitiesOf = async ({ connectors }: Pass): Promise<Both<Identity>> => ({
  A: await connectors.A.identity(),
  B: await connectors.B.identity(),
});

const idsOf = ({ physical }: CollectionSettings, now: Both<Identity>): { A: string; B: string } => ({
  A: own(now.A.collections ?? {}, physical.A) ?? '',
  B: own(now.B.collections ?? {}, physical.B) ?? '',
});

/** What a side does not tell this time is not forgotten. */
const known = (then: Both<string> | undefined, now: Both<string>): Both<string> => ({
  A: now.A || (then?.A ?? ''),
  B: now.B || (then?.B ?? ''),
});

const sameIds = (then: Both<string>, now: Both<string>): boolean => sideNames.every((side) => then[side] === now[side]);

/** What is not told is no other one. */
const changedSides = (then: Both<string> | undefined, now: Both<string>): SideName[] =>
  sideNames.filter((side) => then && then[side] !== '' && now[side] !== '' && then[side] !== now[side]);

interface Replaced {
  readonly equal: false;
  readonly brake: NewBrake;
  /** Those that made the collection again. */
  readonly sides: SideName[];
}

async function replacedSide(
  pass: Pass,
  collection: CollectionSettings,
  { row, now }: { readonly row: PairRow; readonly now: Both<Identity> },
): Promise<{ readonly equal: true } | Replaced | null> {
  const { name } = collection;
  const made = idsOf(collection, now);
  const sides = changedSides(own(row.made, name), made);
  const [side, both] = sides;
  if (side === undefined) return null;
  const counts = { onlyA: 0, onlyB: 0, different: 0 };
  let of = 0;
  for await (const { a, b } of walkBoth(pass, name, new Set())) {
    of++;
    if (sameState(a, b)) continue;
    if (b === null) counts.onlyA++;
    else if (a === null) counts.onlyB++;
    else counts.different++;
  }
  const count = counts.onlyA + counts.onlyB + counts.different;
  if (count === 0) return { equal: true };
  const { sideLabel } = pass.settings;
  const where = both ? `${sideLabel.A} and on ${sideLabel.B}` : sideLabel[side];
  const cause = `${name} was dropped on ${where} and made again: it is another collection than the one both sides last agreed with, and ${numberText(count)} of ${numberText(of)} records differ. Nobody deleted or changed them one by one.`;
  const at = pass.ports.clock.now();
  return {
    equal: false,
    sides,
    brake: { collection: name, kind: 'replaced', side, count, of, cause, at, samples: [], counts, made },
  };
}

/** It was made again once more before anybody answered: an answer to what stood there before says nothing about it. */
async function askAnew(pass: Pass, open: BrakeRow, { brake, sides }: Replaced): Promise<void> {
  const { side, count, of, cause, counts, made } = brake;
  if (!made || (open.made && sameIds(open.made, made))) return;
  await pass.store.commit(pass.id, {
    patchBrakes: [{ id: open.id, side, count, of, cause, counts, samples: [], made }],
    forgetShown: open.id,
  });
  await noteShown(pass, { brake: open.id, collection: open.collection, sides });
}

async function latch(pass: Pass, { brake, sides }: Replaced): Promise<void> {
  const { collection } = brake;
  const { brakes } = await pass.store.commit(pass.id, {
    newBrakes: [brake],
    audit: [{ at: brake.at, who: 'Tandem', what: 'brake replaced', detail: brake.cause }],
  });
  pass.braked.add(collection);
  await noteShown(pass, { brake: must(brakes[0], 'the id of the brake'), collection, sides });
}
