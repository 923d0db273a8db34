/** The closed vocabularies of the engine, as they stand in state files, JSON and on the wire. */

export const conflictKinds = [
  'update/update',
  'delete/update',
  'insert/insert',
  'unique',
  'fk-parent-missing',
  'fk-child-exists',
  'type-misfit',
  'rejected',
  'schema',
  'bounce',
  'undone',
  'restored',
] as const;
/** `restored` items are the single records behind one brake; they are answered there, and listed only if that left them open. */
export type ConflictKind = (typeof conflictKinds)[number];

export const itemStates = ['open', 'resolving', 'resolved', 'vanished', 'reopened'] as const;
export type ItemState = (typeof itemStates)[number];

export const strategies = ['keep_local', 'keep_remote', 'merge', 'rename_local', 'keep_both'] as const;
export type Strategy = (typeof strategies)[number];

export const brakeKinds = [
  'deletes',
  'changes',
  'missing',
  'emptied',
  'replaced',
  'restored',
  'state-older',
  'schema',
  'drift',
] as const;
export type BrakeKind = (typeof brakeKinds)[number];

export const captureLevels = ['change-stream', 'triggers', 'gated-scan', 'full-scan'] as const;

export const brakeAnswers = ['bring-back', 'let-go', 'keep'] as const;
export type BrakeAnswer = (typeof brakeAnswers)[number];

export const holdAnswers = ['send-again', 'old-on-both', 'take-local', 'take-remote', 'keep-apart'] as const;
export type HoldAnswer = (typeof holdAnswers)[number];

export const runStates = ['running', 'completed', 'failed', 'cancelled'] as const;
export type RunState = (typeof runStates)[number];
/** `stopped`: it went to its end, and a brake kept something from being written. */
export const runOutcomes = [...runStates, 'stopped'] as const;
export type RunOutcome = (typeof runOutcomes)[number];

export const triggers = [
  'manual',
  'automatic',
  'start',
  'live',
  'schedule',
  'reconnect',
  'resolve',
  'undo',
  'brake',
  'hold',
] as const;
export type Trigger = (typeof triggers)[number];
/** Runs that carry out a decision of a person, and are no sync. */
const decisions: ReadonlySet<Trigger> = new Set(['resolve', 'undo', 'brake', 'hold']);
export const isSync = ({ trigger }: { readonly trigger: Trigger }): boolean => !decisions.has(trigger);

/** Ends the name of who decided, where it was the setting of the pair and no person. */
export const BY_STRATEGY = ' by conflictResolutionStrategy';
