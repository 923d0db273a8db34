import { keyHex, type Key } from '../port/key-codec.ts';
import type { State } from '../port/record.ts';
import type { Value } from '../port/value.ts';
import { sideNames, type SideName } from '../settings.ts';
import { heldText } from '../conflict/held-values.ts';
import { isPlanned, parksIn, type ActionRow } from '../state/stored.ts';
import type { UniqueRule } from './constraints.ts';
import type { Pass } from './context.ts';
import { parkAction } from './judge-park.ts';
import type { Links } from './links.ts';
import { holdsSame } from './same-value.ts';
import { gives, takes, writesOf } from './tuples.ts';

interface Taking {
  readonly action: ActionRow;
  readonly values: readonly Value[];
  readonly key: Key;
}

/** A value that one record at most may hold: is it free on the side, or freed by the plan itself? */
export async function judgeUnique(pass: Pass, page: readonly ActionRow[], links: Links): Promise<void> {
  for (const side of sideNames) {
    for (const [collection, rules] of pass.constraints.unique[side]) {
      const actions = page.filter((action) => action.collection === collection);
      for (const rule of actions.length > 0 ? rules : []) await judgeRule(pass, side, rule, actions, links);
    }
  }
}

async function judgeRule(
  pass: Pass,
  side: SideName,
  rule: UniqueRule,
  actions: readonly ActionRow[],
  links: Links,
): Promise<void> {
  const takings = actions.flatMap((action): Taking[] => {
    const write = writesOf(action).find((one) => one.side === side);
    const taken = write && takes(write, rule);
    return taken ? [{ action, ...taken }] : [];
  });
  if (takings.length === 0) return;
  const owners = await ownersOf(
    pass,
    side,
    rule,
    takings.map(({ values }) => values),
  );
  const rivals = await pass.store.claims(pass.run, {
    side,
    collection: rule.collection,
    index: rule.name,
    values: takings.map(({ key }) => key),
  });
  const involved = new Set([...owners.flat(), ...rivals.map(({ key }) => key)]);
  const staged = await pass.store.staged(pass.id, pass.run, rule.collection, [...involved]);
  for (const [i, taking] of takings.entries()) {
    const others = (owners[i] ?? []).filter((key) => key !== taking.action.key);
    const rival = rivals.find(
      ({ value, action, key }) => value === taking.key && isRival(action, staged.get(key), taking.action),
    );
    await judgeTaking(pass, side, rule, taking, others, staged, rival?.key, links);
  }
}

/**
 * Of two records of one plan that would bring one value to a side the first goes, and the other is asked about beside it.
 * What was planned along with a decision waits on where the decision takes its value.
 */
function isRival(id: number, rival: ActionRow | undefined, { id: own, origin }: ActionRow): boolean {
  if (id === own) return false;
  const isBeside = rival !== undefined && isPlanned(rival.origin);
  if (isBeside && !isPlanned(origin)) return false;
  return !isBeside || id < own;
}

async function ownersOf(
  pass: Pass,
  side: SideName,
  rule: UniqueRule,
  tuples: readonly (readonly Value[])[],
): Promise<readonly (readonly Key[])[]> {
  const { lookup } = pass.sides[side];
  if (!lookup) return tuples.map(() => []);
  return lookup.find({
    collection: rule.collection,
    fields: rule.fields,
    tuples,
    limit: 3,
    ...(rule.index === null ? {} : { index: rule.index }),
  });
}

async function judgeTaking(
  pass: Pass,
  side: SideName,
  rule: UniqueRule,
  taking: Taking,
  owners: readonly Key[],
  staged: ReadonlyMap<Key, ActionRow>,
  rival: Key | undefined,
  links: Links,
): Promise<void> {
  for (const owner of owners) {
    const move = staged.get(owner);
    const write = move && writesOf(move).find((one) => one.side === side);
    if (move && write && gives(write, rule)) {
      links.add({ before: move.id, after: taking.action.id, kind: 'unique', side, fields: rule.fields });
      continue;
    }
    await parkClash(pass, side, rule, taking, owner, links);
    return;
  }
  if (rival !== undefined) await parkClash(pass, side, rule, taking, rival, links, true);
}

/** Genuine: both records stay as they are, linked in one item under the local record; the other half is its mirror. */
async function parkClash(
  pass: Pass,
  side: SideName,
  rule: UniqueRule,
  { action }: Taking,
  owner: Key,
  links: Links,
  rivals = false,
): Promise<void> {
  const mirror = side === 'A' && (await clashesBack(pass, rule, action.key, owner));
  const wanted = writesOf(action).find((write) => write.side === side)?.to ?? null;
  const disputed = { side, collection: rule.collection, index: rule.name, fields: rule.fields };
  const stands = (record: State): Promise<boolean> => holdsSame(pass, disputed, wanted, { key: owner, record });
  await parkAction(pass, links, action, {
    kind: 'unique',
    fields: rule.fields,
    side,
    other: owner,
    index: rule.name,
    mirror,
    waits: [{ collection: rule.collection, key: owner }],
    ...(rivals ? {} : { stands }),
    ...(parksIn(action, null) || rivals
      ? {}
      : { reason: await heldText(pass, rule.collection, { side, key: owner, fields: rule.fields }, action.note) }),
  });
}

/** Does the local owner itself wait to go to B, where this very record is in its way? */
async function clashesBack(pass: Pass, rule: UniqueRule, key: Key, owner: Key): Promise<boolean> {
  const facts = await pass.store.facts(pass.id, rule.collection, [owner]);
  const item = facts.get(owner)?.item;
  if (item?.kind === 'unique' && item.extra.otherKey === keyHex(key)) return true;
  const move = (await pass.store.staged(pass.id, pass.run, rule.collection, [owner])).get(owner);
  return (move?.toB ?? null) !== null && pass.constraints.unique.B.has(rule.collection);
}
