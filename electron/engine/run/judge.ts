import { recordName } from '../conflict/records.ts';
import { order } from '../order/order.ts';
import { sideNames } from '../settings.ts';
import { isPlanned, type ActionRow, type KeyRef, type Origin } from '../state/stored.ts';
import { judgeBrakes } from './brakes.ts';
import { stagedPages } from './staged-pages.ts';
import { refName, type Pass } from './context.ts';
import { linkClashes } from './clashes.ts';
import { Links, type Link } from './links.ts';
import { judgeForeseen } from './judge-foreseen.ts';
import { claimValues } from './judge-claims.ts';
import { parkAction } from './judge-park.ts';
import { judgeReferences } from './judge-references.ts';
import { judgeUnique } from './judge-unique.ts';
import { writesOf } from './tuples.ts';

const PAGE = 500;

interface Judging {
  /** Records that go together or not at all. */
  readonly bonds?: readonly (readonly KeyRef[])[];
  /** Nothing is to be written, so no side will say what it refuses. */
  readonly triedOut?: boolean;
}

/**
 * Over the whole staged plan, before anything is written (L9): unique values, references, brakes, and the order.
 * What cannot be written is parked or withheld; what hangs on it follows.
 */
export async function judge(pass: Pass, { bonds = [], triedOut = false }: Judging = {}): Promise<void> {
  const counts = await pass.store.countActions(pass.id, pass.run);
  if (counts.length === 0) return;
  pass.progress({ phase: 'judge', collection: '', done: 0, all: 0 });
  const links = new Links();
  await linkBonds(pass, links, bonds);
  await linkClashes(pass, links);
  if (constrained(pass, new Set(counts.map(({ collection }) => collection)))) {
    await eachPage(pass, (page) => claimValues(pass, page));
    await eachPage(pass, (page) => judgeUnique(pass, page, links));
    await eachPage(pass, (page) => judgeReferences(pass, page, links));
  }
  const foreseen = foreseenOf(counts, triedOut);
  if (foreseen.length > 0) await eachPage(pass, (page) => judgeForeseen(pass, page, links, foreseen));
  await followParked(pass, links);
  const withheld = await judgeBrakes(pass);
  await withholdDependents(pass, links, withheld);
  await assignLevels(pass, links);
}

/** A decision is told what a side would refuse where it is only tried out; an undo always, so that it puts nothing back by half. */
const foreseenOf = (counts: readonly { readonly origin: Origin }[], triedOut: boolean): readonly Origin[] =>
  [...new Set(counts.map(({ origin }) => origin))].filter(
    (origin) => origin === 'undo' || (triedOut && !isPlanned(origin)),
  );

/**
 * The records of one decision need each other, so they become one group, and one that is parked takes the others along.
 * Where a side has no groups, an undo puts them back one after the other.
 */
async function linkBonds(pass: Pass, links: Links, bonds: readonly (readonly KeyRef[])[]): Promise<void> {
  for (const records of bonds) {
    const rows: ActionRow[] = [];
    for (const { collection, key } of records) {
      const row = (await pass.store.staged(pass.id, pass.run, collection, [key])).get(key);
      if (row) rows.push(row);
    }
    const loose = rows.every(({ origin }) => origin === 'undo') && !canWrite(pass, rows);
    for (const { id: before } of rows)
      for (const { id: after } of rows)
        links.add({ before, after, kind: 'rejected', side: 'A', fields: [], bond: true, loose });
  }
}

function constrained(pass: Pass, planned: ReadonlySet<string>): boolean {
  const { unique, references, children } = pass.constraints;
  return [...planned].some((name) =>
    [unique, references, children].some((rules) => rules.A.has(name) || rules.B.has(name)),
  );
}

async function eachPage(pass: Pass, visit: (page: readonly ActionRow[]) => Promise<void>): Promise<void> {
  for await (const page of stagedPages(pass, PAGE, { constrained: true })) await visit(page);
}

/** Whatever needs a parked action is parked, too, until nothing changes. */
async function followParked(pass: Pass, links: Links): Promise<void> {
  for (let wave = links.takeParked(); wave.length > 0; wave = links.takeParked()) {
    const hanging = links.dependentsOf(wave);
    const rows = await byId(pass, [...hanging.keys(), ...[...hanging.values()].map((link) => link.before)]);
    for (const [id, link] of hanging) {
      const [action, awaited] = [rows.get(id), rows.get(link.before)];
      if (action?.status === 'staged' && awaited)
        await parkAction(pass, links, action, blockedBy(pass, link, action, awaited));
    }
  }
}

/** The other record is named only where it is of the same collection: its key says nothing in another one. */
function blockedBy(
  pass: Pass,
  link: Link,
  { collection, origin }: ActionRow,
  awaited: ActionRow,
): Parameters<typeof parkAction>[3] {
  const why = pass.refused.get(refName(awaited));
  const reason = link.bond ? why : origin === 'undo' ? keepsText(link, awaited, why) : undefined;
  return {
    ...(reason === undefined ? {} : { reason }),
    kind: link.kind,
    fields: link.fields,
    side: link.side,
    waits: [{ collection: awaited.collection, key: awaited.key, seen: awaited }],
    ...(awaited.collection === collection ? { other: awaited.key } : {}),
    ...(link.kind === 'fk-parent-missing'
      ? { reason: `It refers to ${recordName(awaited)}, which waits itself and is not on the other side yet.` }
      : {}),
  };
}

/** What keeps the value that an undo would put back does not go back itself. */
const keepsText = ({ kind, fields }: Link, awaited: ActionRow, why: string | undefined): string | undefined =>
  kind === 'unique' && why !== undefined
    ? `${recordName(awaited)} keeps its ${fields.join(', ')}, which must be unique: ${why}`
    : undefined;

async function byId(pass: Pass, ids: readonly number[]): Promise<Map<number, ActionRow>> {
  const rows = new Map<number, ActionRow>();
  for (const status of ['staged', 'parked'] as const) {
    for (const row of await pass.store.actions(pass.id, {
      run: pass.run,
      status,
      order: 'id',
      ids: [...new Set(ids)],
      limit: ids.length,
    }))
      rows.set(row.id, row);
  }
  return rows;
}

/** A withheld action stays dirty and is planned again after the brake is answered; so does what needs it. */
async function withholdDependents(pass: Pass, links: Links, withheld: readonly number[]): Promise<void> {
  const all = new Set(withheld);
  for (let wave = withheld; wave.length > 0;) {
    const next = [...links.dependentsOf(wave).keys()].filter((id) => !all.has(id));
    for (const id of next) all.add(id);
    if (next.length > 0)
      await pass.store.commit(pass.id, { actionStatus: next.map((id) => ({ id, status: 'withheld' as const })) });
    wave = next;
  }
  links.leaveOut(all);
  pass.tally.withheld += all.size;
}

/** Records that need another order than their kind gives them: chains get levels in between, cycles become one group. */
async function assignLevels(pass: Pass, links: Links): Promise<void> {
  for (;;) {
    const edges = links
      .all()
      .filter(({ before, after, loose }) => !loose && !links.isOut(before) && !links.isOut(after));
    if (edges.length === 0) return;
    const ids = [...new Set(edges.flatMap(({ before, after }) => [before, after]))];
    const ranks = await pass.store.levels(ids);
    const nodes = ids.map((id) => ({ id, rank: ranks.get(id) ?? 0 }));
    const { levels, groups } = order(nodes, edges);
    if (await parkImpossible(pass, links, edges, groups)) continue;
    const places = spread(nodes, edges, levels, groups);
    const moved = ids.filter((id) => places.get(id) !== ranks.get(id) || groups.has(id));
    await pass.store.commit(pass.id, {
      actionStatus: moved.map((id) => ({
        id,
        status: 'staged' as const,
        level: places.get(id) ?? 0,
        group: groups.get(id) ?? null,
      })),
    });
    return;
  }
}

/** L17: a cycle that a side cannot write together is parked; answers whether there was one, so that the rest is ordered anew. */
async function parkImpossible(
  pass: Pass,
  links: Links,
  edges: readonly Link[],
  groups: ReadonlyMap<number, number>,
): Promise<boolean> {
  const members = [...groups.keys()];
  if (members.length === 0 || sideNames.every((side) => pass.connectors[side].capabilities.groups === 'side'))
    return false;
  const rows = await byId(pass, members);
  const impossible = [...new Set(groups.values())].filter(
    (group) =>
      !canWrite(
        pass,
        members.filter((id) => groups.get(id) === group).flatMap((id) => rows.get(id) ?? []),
      ),
  );
  for (const link of edges.filter(({ after }) => impossible.includes(groups.get(after) ?? -1))) {
    const [action, awaited] = [rows.get(link.after), rows.get(link.before)];
    if (action && awaited)
      await parkAction(pass, links, action, { ...blockedBy(pass, link, action, awaited), reason: TOGETHER });
  }
  await followParked(pass, links);
  return impossible.length > 0;
}

const TOGETHER = 'These records can only be written together, and this side cannot do that.';

function canWrite(pass: Pass, group: readonly ActionRow[]): boolean {
  return sideNames.every((side) => {
    const written = group.filter((action) => writesOf(action).some((write) => write.side === side));
    const { groups } = pass.connectors[side].capabilities;
    if (groups === 'side' || written.length < 2) return true;
    return groups === 'collection' && new Set(written.map(({ collection }) => collection)).size === 1;
  });
}

/** Dense levels back on the scale of the ranks, so that records without links keep the level they have. */
function spread(
  nodes: readonly { readonly id: number; readonly rank: number }[],
  edges: readonly Link[],
  levels: ReadonlyMap<number, number>,
  groups: ReadonlyMap<number, number>,
): Map<number, number> {
  const unit = (id: number): string => (groups.has(id) ? `g${groups.get(id)}` : `n${id}`);
  const place = new Map<string, number>();
  for (const { id, rank } of nodes) place.set(unit(id), Math.max(place.get(unit(id)) ?? 0, rank));
  const byLevel = [...edges].sort((x, y) => (levels.get(x.before) ?? 0) - (levels.get(y.before) ?? 0));
  for (const { before, after } of byLevel) {
    if (unit(before) === unit(after)) continue;
    place.set(unit(after), Math.max(place.get(unit(after)) ?? 0, (place.get(unit(before)) ?? 0) + 1));
  }
  return new Map(nodes.map(({ id }) => [id, place.get(unit(id)) ?? 0]));
}
