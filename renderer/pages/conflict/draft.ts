import type { Params } from '../../../shared/contract/calls.ts';
import type { GivenValue, WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import type { WireRecord, WireValue } from '../../../shared/model/ejson.ts';
import { isJson } from './long/json-lines.ts';
import { documentFrom } from './long/long-values.ts';
import { fieldsOf, isSame, mergedValue, origins, typeOf, type FieldOf, type Origin } from './fields.ts';

/** What a person decided for one field: a value of one of the three, or one of their own. */
export type Answer = { readonly from: Origin } | { readonly typed: string };

/** Kept until the conflict is settled, also through a reload, a restart and a move of the record. */
export interface Draft {
  /** What the person looked at. */
  readonly generation: number;
  readonly seen: Readonly<
    Record<string, { readonly local: WireValue | undefined; readonly remote: WireValue | undefined }>
  >;
  readonly answers: Readonly<Record<string, Answer>>;
  readonly notes: string;
}

export const emptyDraft = (conflict: WireConflict): Draft => ({
  generation: conflict.generation,
  seen: seenIn(conflict),
  answers: {},
  notes: '',
});

const seenIn = (conflict: WireConflict): Draft['seen'] =>
  Object.fromEntries(fieldsOf(conflict).disputed.map(({ name, local, remote }) => [name, { local, remote }]));

export interface Moved {
  readonly draft: Draft;
  /** Fields whose value is another one since, with what a side had before. */
  readonly fields: Readonly<
    Record<string, { readonly local: WireValue | undefined; readonly remote: WireValue | undefined }>
  >;
}

/**
 * The draft of an older state of the record, for the state as it is: what was typed and what was chosen stays, except
 * where the chosen value is another one now; that field has to be looked at again.
 */
export function moved(draft: Draft, conflict: WireConflict): Moved {
  const { disputed } = fieldsOf(conflict);
  const changed = disputed.filter(({ name, local, remote }) => {
    const before = draft.seen[name];
    return before === undefined || !isSame(before.local, local) || !isSame(before.remote, remote);
  });
  const again = new Set(changed.map(({ name }) => name));
  const names = new Set(disputed.map(({ name }) => name));
  const answers = Object.entries(draft.answers).filter(
    ([name, answer]) => names.has(name) && ('typed' in answer || !again.has(name)),
  );
  return {
    draft: { ...draft, generation: conflict.generation, seen: seenIn(conflict), answers: Object.fromEntries(answers) },
    fields: Object.fromEntries(
      changed.flatMap(({ name }) => {
        const before = draft.seen[name];
        return before === undefined ? [] : [[name, before]];
      }),
    ),
  };
}

export const openFields = (fields: readonly FieldOf[], { answers }: Draft): readonly FieldOf[] =>
  fields.filter(({ name }) => answers[name] === undefined);

/** The value that an answer means; a typed one is of the class of what stands there. */
function givenFor(field: FieldOf, answer: Answer): GivenValue | undefined {
  if ('from' in answer) {
    const value = field[answer.from];
    return value === undefined ? undefined : { value };
  }
  const types = new Set(origins.map((origin) => typeOf(field[origin])).filter((type) => type !== ''));
  if ((types.has('document') || types.has('list')) && isJson(answer.typed))
    return { value: documentFrom(answer.typed) };
  // Whatever is typed into a field of texts is a text, `NULL` and `12` too.
  return types.size === 0 || (types.size === 1 && types.has('text'))
    ? { value: answer.typed }
    : { typed: answer.typed };
}

/** The decision as the engine takes it; every disputed field is decided by then. */
export function requestOf(conflict: WireConflict, draft: Draft): Params<'conflicts.resolve'> {
  const { disputed } = fieldsOf(conflict);
  const decided = disputed.flatMap((field) => {
    const answer = draft.answers[field.name];
    return answer === undefined ? [] : [{ field, given: givenFor(field, answer) }];
  });
  const common = {
    id: conflict.id,
    strategy: 'merge' as const,
    generation: draft.generation,
    ...(draft.notes.trim() === '' ? {} : { notes: draft.notes.trim() }),
  };
  const isWhole = decided.some(({ given }) => given === undefined);
  if (!isWhole)
    return {
      ...common,
      fields: decided.flatMap(({ field, given }): [string, GivenValue][] =>
        given === undefined ? [] : [[field.name, given]],
      ),
    };
  return { ...common, record: wholeRecord(conflict, decided) };
}

/** A field that shall not be there can only be said by the record as a whole. */
function wholeRecord(
  conflict: WireConflict,
  decided: readonly { readonly field: FieldOf; readonly given: GivenValue | undefined }[],
): WireRecord {
  const { merged, equal } = fieldsOf(conflict);
  const kept = [...merged, ...equal].flatMap((field) => {
    const value = mergedValue(field);
    return value === undefined ? [] : [[field.name, value] as const];
  });
  const chosen = decided.flatMap(({ field, given }) =>
    given === undefined ? [] : [[field.name, 'value' in given ? given.value : given.typed] as const],
  );
  return Object.fromEntries([...kept, ...chosen]);
}
