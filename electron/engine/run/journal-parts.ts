import { changedFields, placeOf, sharedNames, type RecordImage, type State } from '../port/record.ts';

/** The changed fields of an update before and after, or the whole record of an insert or delete: what the journal keeps. */
export function changedParts(from: State, to: State): { readonly before: State; readonly after: State } {
  if (from === null || to === null) return { before: from, after: to };
  const names = changedFields(from, to);
  return { before: pick(from, names), after: pick(to, names) };
}

function pick(record: RecordImage, names: readonly string[]): RecordImage {
  const at = names.map((name) => placeOf(record.names, name)).filter((i) => i >= 0);
  return {
    names: sharedNames(at.map((i) => record.names[i] as string)),
    values: at.map((i) => record.values[i] ?? null),
  };
}
