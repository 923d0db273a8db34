import { hashRecord } from '../port/record-codec.ts';
import type { Key } from '../port/key-codec.ts';
import type { State } from '../port/record.ts';
import { sideNames, type SideName } from '../settings.ts';
import type { BrakeRow, KeyRef } from '../state/stored.ts';
import type { Pass } from './context.ts';
import { walkBoth } from './walk.ts';

type States = Readonly<Record<SideName, State>>;

const PAGE = 500;
const ABSENT = Buffer.alloc(0);
const hashOf = (state: State): Buffer => (state ? hashRecord(state) : ABSENT);

/**
 * What stood there when the question was asked, record by record: what somebody puts there between the question and the
 * answer is nothing that the person saw (E38, E79). Of the sides that made the collection again; both of them count
 * where both did.
 */
export async function noteShown(
  pass: Pass,
  { brake, collection, sides }: { readonly brake: number; readonly collection: string; readonly sides: SideName[] },
): Promise<void> {
  let keys: (KeyRef & { readonly shown: Buffer })[] = [];
  const flush = async (): Promise<void> => {
    if (keys.length > 0) await pass.store.commit(pass.id, { braked: { brake, keys } });
    keys = [];
  };
  for await (const { key, a, b } of walkBoth(pass, collection, new Set())) {
    keys.push({ collection, key, shown: shownOf({ A: a, B: b }, sides) });
    if (keys.length >= PAGE) await flush();
  }
  await flush();
}

function shownOf(states: States, sides: readonly SideName[]): Buffer {
  const [only, ...more] = sides;
  return only !== undefined && more.length === 0
    ? hashOf(states[only])
    : Buffer.concat(sideNames.flatMap((side) => [Buffer.from([states[side] ? 1 : 0]), hashOf(states[side])]));
}

/** Which of these records both sides still hold as they were shown with the question. */
export async function stillAsShown(
  pass: Pass,
  { id, collection }: Pick<BrakeRow, 'id' | 'collection'>,
  records: readonly { readonly key: Key; readonly a: State; readonly b: State }[],
): Promise<ReadonlySet<Key>> {
  const shown = await pass.store.shown(
    id,
    collection,
    records.map(({ key }) => key),
  );
  const same = records.filter(({ key, a, b }) => shown.get(key)?.equals(shownOf({ A: a, B: b }, sideNames)));
  return new Set(same.map(({ key }) => key));
}
