/** Puts `more` behind what is in `list`, however many they are: as arguments of one call there may be too many. */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const one of more) list.push(one);
}
