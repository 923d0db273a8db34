/** Everything that a test may want to know afterwards, in order. */
export interface Recorded {
  readonly opened: string[];
  /** Requests that would have left the machine; each was broken off. */
  readonly external: string[];
  readonly dialogs: { readonly kind: string; readonly options: unknown }[];
  readonly notifications: { readonly title: string; readonly body: string }[];
  readonly login: unknown[];
  /** What pages wrote to their consoles as errors, violations of their policy among it. */
  readonly console: string[];
}

export const newRecord = (): Recorded => ({
  opened: [],
  external: [],
  dialogs: [],
  notifications: [],
  login: [],
  console: [],
});
