/** What a command was narrowed to. */
export interface Selection {
  readonly collections?: readonly string[] | undefined;
  readonly key?: string | undefined;
  readonly direction?: string | undefined;
}

/** The same words again, so that a printed command does what was shown and no more. */
export function selectionWords({ collections = [], key, direction }: Selection): string[] {
  return [
    ...(direction === undefined ? [] : ['--direction', direction]),
    ...(collections.length === 0 ? [] : ['--collections', ...collections]),
    ...(key === undefined ? [] : ['--key', key]),
  ];
}
