import type { Key } from '../port/key-codec.ts';
import type { Value } from '../port/value.ts';
import { parentTuple, type ReferenceRule } from '../run/constraints.ts';
import { collectionOf, type Pass } from '../run/context.ts';
import { takes, tupleKey, type SideWrite } from '../run/tuples.ts';
import { otherSide, sideNames, type SideName } from '../settings.ts';
import type { ItemRow } from '../state/waiting.ts';
import { conflictOf } from './held-values.ts';
import type { Offers, Outcomes } from './offers.ts';
import { valuesText } from './records.ts';

/** A record that a side lacks: the conflict in which it waits, and whether the other side has it. */
interface Lacking {
  readonly conflict: number | null;
  readonly elsewhere: boolean;
}

/** Where the records are that others refer to; each is asked for once, however many refer to it. */
export class Parents {
  readonly #pass: Pass;
  readonly #known = new Map<string, Promise<Lacking | null>>();

  constructor(pass: Pass) {
    this.#pass = pass;
  }

  /** `null`: the side has it. */
  lacking(
    side: SideName,
    rule: ReferenceRule,
    { key, values }: { readonly key: Key; readonly values: readonly Value[] },
  ): Promise<Lacking | null> {
    const name = JSON.stringify([side, rule.parent, rule.parentFields, rule.collations, key]);
    const known = this.#known.get(name) ?? this.#look(side, rule, values);
    this.#known.set(name, known);
    return known;
  }

  async #look(
    side: SideName,
    { parent, parentFields }: ReferenceRule,
    values: readonly Value[],
  ): Promise<Lacking | null> {
    const query = { collection: parent, fields: parentFields, tuples: [values], limit: 1 };
    const { sides } = this.#pass;
    const there = (await sides[side].lookup?.find(query))?.[0];
    if (there?.length !== 0) return null;
    const [known] = (await sides[otherSide(side)].lookup?.find(query))?.[0] ?? [];
    const conflict = known === undefined ? null : await conflictOf(this.#pass, parent, known);
    return { conflict, elsewhere: known !== undefined };
  }
}

/** The records that this one refers to and that a side which is to take it lacks, all of them. */
export async function missingOf(
  pass: Pass,
  item: ItemRow,
  outcomes: Outcomes,
  parents: Parents,
): Promise<Offers['missingParents']> {
  const missing = new Map<string, Offers['missingParents'][number]>();
  for (const write of broughtBy(item, outcomes)) {
    const { side } = write;
    for (const rule of pass.constraints.references[side].get(item.collection) ?? []) {
      const taken = takes(write, rule);
      // A record may refer to itself.
      if (!taken || (rule.parent === item.collection && tupleKey(write.to, parentTuple(rule)) === taken.key)) continue;
      const lacking = await parents.lacking(side, rule, taken);
      if (lacking === null) continue;
      const { conflict, elsewhere } = lacking;
      missing.set(`${side}\0${rule.name}\0${taken.key}`, {
        collection: rule.parent,
        side,
        fields: rule.fields.filter((name) => !collectionOf(pass, item.collection).key.includes(name)),
        text: valuesText(taken.values),
        conflict: conflict === item.id ? null : conflict,
        elsewhere,
      });
    }
  }
  return [...missing.values()];
}

/** What the answers would bring to the sides, as far as it refers to other records. */
function broughtBy({ kind, a, b, extra }: ItemRow, outcomes: Outcomes): readonly SideWrite[] {
  const whole = (side: SideName): SideWrite => ({ side, from: null, to: side === 'A' ? b : a });
  if (kind === 'fk-parent-missing') return extra.side === undefined ? [] : [whole(extra.side)];
  if (kind === 'fk-child-exists')
    return extra.side !== undefined && (extra.side === 'A' ? b : a) === null ? [whole(otherSide(extra.side))] : [];
  if (kind === 'unique')
    return [
      { side: 'A', from: a, to: b },
      { side: 'B', from: b, to: a },
    ];
  return outcomes.flatMap(([strategy, agreed]) =>
    strategy === 'merge' ? [] : sideNames.map((side) => ({ side, from: side === 'A' ? a : b, to: agreed })),
  );
}
