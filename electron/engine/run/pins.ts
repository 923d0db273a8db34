import { AppError } from '../../../shared/contract/errors.ts';
import { recordName } from '../conflict/records.ts';
import type { State } from '../port/record.ts';
import type { SideName } from '../settings.ts';
import type { DirtyRow, KeyRef, PlanPin } from '../state/stored.ts';
import type { Answered } from './answered.ts';
import { collectionOf, refName, type Pass, wayOf } from './context.ts';
import { fieldsHash, hexOf } from './hashes.ts';
import { readBoth } from './read-both.ts';

/* Records that a saved plan names: each is looked at, whether a hint named it or not (E60). */

type States = Readonly<Record<SideName, State>>;

/** What the plan names in these collections, and in those that left the pair. */
export function namedByPlan({ scope, settings }: Pass, names: readonly string[]): Map<string, KeyRef> {
  const left = (collection: string): boolean =>
    (scope.collections?.includes(collection) ?? true) && settings.collections.every(({ name }) => name !== collection);
  return new Map(
    [...(scope.pins ?? [])].flatMap(([name, { collection, key }]) =>
      names.includes(collection) || left(collection) ? [[name, { collection, key }] as const] : [],
    ),
  );
}

/**
 * Is something else to be done with the record than the saved plan says (`decision: null`: nothing is), or would it go another way? Then the plan is
 * refused, or with `partial` the record left out. `states: null`: they cannot be read. What stands on both sides as the plan wants it is done.
 */
export function isLeftOut(pass: Pass, ref: KeyRef, states: States | null, decision: Answered | null): boolean {
  const { pins, partial } = pass.scope;
  const name = refName(ref);
  const pin = pins?.get(name);
  if (!pin) return false;
  const stands = states !== null && standsAs(pin, states);
  const turned = wayOf(pass, ref.collection) !== pin.direction;
  const asPlanned = stands && !turned && decision?.kind === 'write' && hexOf(decision.agreed) === pin.to;
  if ((states && isDone(pin, states)) || asPlanned) {
    pass.tally.moved.delete(name);
    return false;
  }
  const otherFields = !turned && !stands && fieldsHash(collectionOf(pass, ref.collection)) !== pin.fields;
  if (partial) {
    leaveOut(pass, ref, otherFields);
    return true;
  }
  if (turned) throw turnedRound(pass, pin);
  if (otherFields) throw comparedOtherwise(pass, ref);
  throw refusal(pass, ref, states === null ? 'cannot be read now' : stands ? RULES : 'has changed since');
}

const leaveOut = ({ tally }: Pass, { collection, key }: KeyRef, otherFields = false): unknown =>
  tally.moved.set(refName({ collection, key }), { collection, key, otherFields });

/** Each side shows what the plan saw there, or already what it wants there. */
const standsAs = ({ a, b, to }: PlanPin, { A, B }: States): boolean =>
  [a, to].includes(hexOf(A)) && [b, to].includes(hexOf(B));

const isDone = ({ to }: PlanPin, { A, B }: States): boolean => hexOf(A) === to && hexOf(B) === to;

/** Other sides would be written than the plan says, also where the records stand as they did (E148). */
function turnedRound(pass: Pass, { collection, direction }: PlanPin): AppError {
  const { name, sideLabel } = pass.settings;
  const ways = {
    both: 'both ways',
    'a-to-b': `${sideLabel.A} → ${sideLabel.B}`,
    'b-to-a': `${sideLabel.B} → ${sideLabel.A}`,
    none: 'none',
  };
  const now = wayOf(pass, collection) ?? 'none';
  const own = collectionOf(pass, collection).direction;
  const still = own === 'both' || own === direction;
  return new AppError({
    code: 'moved',
    operation: 'sync',
    subject: { pair: name, collection },
    message: `Applying the saved plan was refused: it is no longer what would happen. The direction of ${collection} is ${ways[now]} in this run, and was ${ways[direction ?? 'none']} in the plan.`,
    next: 'Nothing was written.',
    hint:
      still && direction !== null
        ? `Apply it with --direction ${direction}, or make the plan again.`
        : 'Make the plan again.',
  });
}

/** What the plan saw of the record says nothing of what stands there now (E145). */
function comparedOtherwise({ settings: { name } }: Pass, { collection }: KeyRef): AppError {
  return new AppError({
    code: 'moved',
    operation: 'sync',
    subject: { pair: name, collection },
    message: `Applying the saved plan was refused: fields of ${collection} joined or left the pair since it was made (pair edit), so it says nothing of the records as they are compared now.`,
    next: 'Nothing was written.',
    hint: `Make a new one: tandem plan ${name} --out FILE`,
  });
}

const RULES =
  'is as it was, but something else would be done with it now: the rules or the fields of the pair were changed, or somebody decided about it';

function refusal({ settings }: Pass, ref: KeyRef, why: string): AppError {
  return new AppError({
    code: 'moved',
    operation: 'sync',
    subject: { pair: settings.name, collection: ref.collection },
    message: `Applying the saved plan was refused: ${recordName(ref)}, which it names, ${why}.`,
    next: 'Nothing was written.',
    hint: 'Make the plan again, or apply the records that did not move with --partial.',
  });
}

/** Of the named records that no hint names, those that do not stand as the plan wants them: they are planned like dirty ones. */
export async function unhinted(pass: Pass, collection: string, refs: readonly KeyRef[]): Promise<readonly DirtyRow[]> {
  const [first] = refs;
  if (first && !pass.collections.has(collection)) {
    if (!pass.scope.partial) throw refusal(pass, first, 'is of a collection that left the pair');
    for (const ref of refs) leaveOut(pass, ref);
    return [];
  }
  const { A, B, unreadable } = await readBoth(
    pass,
    collection,
    refs.map(({ key }) => key),
  );
  const open = refs.filter((ref) => {
    const states = { A: A.get(ref.key) ?? null, B: B.get(ref.key) ?? null };
    const pin = pass.scope.pins?.get(refName(ref));
    return pin === undefined || unreadable.has(ref.key) || !isDone(pin, states);
  });
  if (open.length === 0) return [];
  const { gens } = await pass.store.commit(pass.id, { touch: open });
  return open.map((ref, at) => ({ ...ref, gen: gens[at] ?? 0 }));
}
