import { numberText } from '../../../shared/lib/count-text.ts';
import { own } from '../../../shared/lib/own.ts';
import type { Identity } from '../port/connector.ts';
import { sameState } from '../port/record.ts';
import { sideNames, type CollectionSettings, type SideName } from '../settings.ts';
import type { NewBrake, PairRow } from '../state/store.ts';
import { pairRow, type Pass } from './context.ts';
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
    if (found?.equal === false && !open) await latch(pass, found.brake);
    if (found?.equal && open?.kind === 'replaced' && open.answer === null && open.collection === name) {
      await pass.store.commit(pass.id, { dropBrake: open.id });
      pass.braked.delete(name);
    }
  }
  if (JSON.stringify(made) !== JSON.stringify(row.made)) await pass.store.commit(pass.id, { pair: { made } });
}

/** The collections of these names are taken as they are now: a person has answered. */
export async function acceptCollections(pass: Pass, names: readonly string[]): Promise<PairRow['made']> {
  const now = await identitiesOf(pass);
  const accepted = [...pass.collections.values()].filter(({ name }) => names.includes(name));
  return {
    ...(await pairRow(pass)).made,
    ...Object.fromEntries(accepted.map((collection) => [collection.name, idsOf(collection, now)])),
  };
}

/** The first collection that is gone, or another one than the pass began with. */
export function collectionReplaced(pass: Pass, made: PairRow['made'], now: Both<Identity>): string | undefined {
  return [...pass.collections.values()].find(
    (collection) =>
      !pass.braked.has(collection.name) &&
      (isGone(collection, own(made, collection.name), now) ||
        changedSide(own(made, collection.name), idsOf(collection, now)) !== undefined),
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

/** What is not told is no other one. */
const changedSide = (then: Both<string> | undefined, now: Both<string>): SideName | undefined =>
  sideNames.find((side) => then && then[side] !== '' && now[side] !== '' && then[side] !== now[side]);

async function replacedSide(
  pass: Pass,
  collection: CollectionSettings,
  { row, now }: { readonly row: PairRow; readonly now: Both<Identity> },
): Promise<{ readonly equal: true } | { readonly equal: false; readonly brake: NewBrake } | null> {
  const { name } = collection;
  const side = changedSide(own(row.made, name), idsOf(collection, now));
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
  const cause = `${name} was dropped on ${pass.settings.sideLabel[side]} and made again: it is another collection than the one both sides last agreed with, and ${numberText(count)} of ${numberText(of)} records differ. Nobody deleted or changed them one by one.`;
  const at = pass.ports.clock.now();
  return {
    equal: false,
    brake: { collection: name, kind: 'replaced', side, count, of, cause, at, samples: [], counts },
  };
}

async function latch(pass: Pass, brake: NewBrake): Promise<void> {
  await pass.store.commit(pass.id, {
    newBrakes: [brake],
    audit: [{ at: brake.at, who: 'Tandem', what: 'brake replaced', detail: brake.cause }],
  });
  pass.braked.add(brake.collection);
}
