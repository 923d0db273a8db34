import type { BrakeAnswer } from '../../../shared/model/words.ts';
import type { Key } from '../port/key-codec.ts';
import { sameState, type State } from '../port/record.ts';
import type { Value } from '../port/value.ts';
import { parentTuple, type ReferenceRule } from '../run/constraints.ts';
import type { Pass } from '../run/context.ts';
import { gives, takes, tupleKey, type SideWrite } from '../run/tuples.ts';
import { walkBoth } from '../run/walk.ts';
import { otherSide, type SideName } from '../settings.ts';
import type { BrakeRow } from '../state/stored.ts';

/** An answer that writes. */
type Writing = Exclude<BrakeAnswer, 'keep'>;

export interface AnswerOrder {
  /** The brake that has to be answered before this one takes the answer. */
  readonly first: BrakeRow | null;
  /** Brakes that take the same answer with it, since each holds what the other needs. */
  readonly along: readonly BrakeRow[];
}

const PAGE = 500;
/** So many children of one record are looked at. */
const CHILDREN = 100;
const free: AnswerOrder = { first: null, along: [] };

/**
 * What an answer to a brake has to wait for (E38, E164): the question about the whole pair, and brakes of the same side
 * that hold records which these refer to, or which refer to these. `open`: every brake that stands.
 */
export async function orderOf(
  pass: Pass,
  open: readonly BrakeRow[],
  { id: asked }: Pick<BrakeRow, 'id'>,
  answer: Writing,
): Promise<AnswerOrder> {
  const brake = open.find(({ id }) => id === asked);
  if (!brake || brake.collection === '') return free;
  const whole = open.find(({ collection }) => collection === '');
  if (whole) return { first: whole, along: [] };
  const needs = new Needs(pass, open, answer);
  const mutual = async (one: BrakeRow, other: BrakeRow): Promise<boolean> => (await needs.all(other)).has(one);
  const along: BrakeRow[] = [];
  const before: BrakeRow[] = [];
  for (const other of await needs.all(brake))
    if (other !== brake) ((await mutual(brake, other)) ? along : before).push(other);
  for (const first of before) {
    const needed = await Promise.all([...(await needs.all(first))].map((other) => mutual(first, other)));
    if (needed.every(Boolean)) return { first, along: [] };
  }
  return { first: null, along };
}

/** Which brakes hold what the records behind others need. */
class Needs {
  readonly #pass: Pass;
  readonly #open: readonly BrakeRow[];
  readonly #answer: Writing;
  readonly #direct = new Map<BrakeRow, Promise<ReadonlySet<BrakeRow>>>();

  constructor(pass: Pass, open: readonly BrakeRow[], answer: Writing) {
    this.#pass = pass;
    this.#open = open.filter(({ kind, collection }) => kind !== 'drift' && pass.collections.has(collection));
    this.#answer = answer;
  }

  /** Needed by this one, or by one that it needs. */
  async all(brake: BrakeRow): Promise<ReadonlySet<BrakeRow>> {
    const found = new Set<BrakeRow>();
    const ahead = [brake];
    for (let one = ahead.pop(); one; one = ahead.pop())
      for (const other of await this.#directly(one))
        if (!found.has(other)) {
          found.add(other);
          ahead.push(other);
        }
    return found;
  }

  #directly(brake: BrakeRow): Promise<ReadonlySet<BrakeRow>> {
    const known = this.#direct.get(brake) ?? this.#look(brake);
    this.#direct.set(brake, known);
    return known;
  }

  async #look(brake: BrakeRow): Promise<ReadonlySet<BrakeRow>> {
    const found = new Set<BrakeRow>();
    const side = this.#answer === 'bring-back' ? poorer(brake) : otherSide(poorer(brake));
    const others = new Map(
      this.#open
        .filter((other) => other.collection !== brake.collection && poorer(other) === poorer(brake))
        .map((other) => [other.collection, other]),
    );
    const { references, children } = this.#pass.constraints;
    const up = (references[side].get(brake.collection) ?? []).filter(({ parent }) => others.has(parent));
    const down = (children[side].get(brake.collection) ?? []).filter(({ child }) => others.has(child));
    const wanted = new Set([...up.map(({ parent }) => parent), ...down.map(({ child }) => child)]);
    if (wanted.size === 0 || !this.#open.includes(brake)) return found;
    const add = (name: string): void => {
      const other = others.get(name);
      if (other) found.add(other);
    };
    for await (const writes of heldPages(this.#pass, brake, side)) {
      for (const rule of up) if (await needsParents(this.#pass, writes, rule)) add(rule.parent);
      for (const rule of down) if (await keepsChildren(this.#pass, writes, rule)) add(rule.child);
      if (found.size === wanted.size) break;
    }
    return found;
  }
}

/** The side that lost something; *bring back* writes it, *let go* the other one. */
const poorer = ({ kind, side }: BrakeRow): SideName =>
  kind === 'deletes' || kind === 'emptied' || kind === 'changes' ? otherSide(side) : side;

/** What the answer writes to this side for the records that the brake holds. */
async function* heldPages(pass: Pass, brake: BrakeRow, side: SideName): AsyncGenerator<readonly SideWrite[]> {
  let page: SideWrite[] = [];
  for await (const { a, b } of walkBoth(pass, brake.collection, new Set())) {
    const [lost, kept] = poorer(brake) === 'A' ? [a, b] : [b, a];
    if (!isHeld(brake, lost, kept)) continue;
    page.push(side === 'A' ? { side, from: a, to: b } : { side, from: b, to: a });
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function isHeld({ kind }: BrakeRow, lost: State, kept: State): boolean {
  if (kept === null) return false;
  return kind === 'changes' ? lost !== null && !sameState(lost, kept) : lost === null;
}

/** Does one of these writes bring a reference to a record that its side lacks, and the other side has? */
async function needsParents(pass: Pass, writes: readonly SideWrite[], rule: ReferenceRule): Promise<boolean> {
  const taken = writes.flatMap((write) => takes(write, rule) ?? []);
  const [side] = writes.map((write) => write.side);
  if (side === undefined) return false;
  const find = (where: SideName, tuples: readonly (readonly Value[])[]): Promise<readonly (readonly Key[])[]> =>
    findAll(pass, where, { collection: rule.parent, fields: rule.parentFields, tuples, limit: 1 });
  const here = await find(
    side,
    taken.map(({ values }) => values),
  );
  const lacking = taken.filter((_, i) => here[i]?.length === 0).map(({ values }) => values);
  return (await find(otherSide(side), lacking)).some((keys) => keys.length > 0);
}

/** Does one of these writes take away what a record refers to that is itself to leave, or to refer to something else? */
async function keepsChildren(pass: Pass, writes: readonly SideWrite[], rule: ReferenceRule): Promise<boolean> {
  const given = writes.flatMap((write) => gives(write, parentTuple(rule)) ?? []);
  const [side] = writes.map((write) => write.side);
  if (side === undefined) return false;
  const tuples = given.map(({ values }) => values);
  const children = await findAll(pass, side, { collection: rule.child, fields: rule.fields, tuples, limit: CHILDREN });
  const then = await pass.sides[otherSide(side)].read(rule.child, children.flat());
  return given.some(({ key }, i) =>
    (children[i] ?? []).some((child) => tupleKey(then.get(child) ?? null, rule) !== key),
  );
}

type Query = Parameters<NonNullable<Pass['sides']['A']['lookup']>['find']>[0];

async function findAll(pass: Pass, side: SideName, query: Query): Promise<readonly (readonly Key[])[]> {
  return query.tuples.length === 0 ? [] : ((await pass.sides[side].lookup?.find(query)) ?? []);
}
