import { errorCodes, type ErrorCode } from '../../shared/contract/errors.ts';

/** What the command answers to the shell; the meaning of each number is part of the contract with scripts. */
export const exitCodes = {
  ok: 0,
  internal: 1,
  usage: 2,
  config: 3,
  conflicts: 4,
  guard: 5,
  unreachable: 6,
  auth: 7,
  verification: 8,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** One place per reason: a new error code without an exit code does not compile. */
const exitOf: Readonly<Record<ErrorCode, ExitCode>> = {
  internal: 1,
  usage: 2,
  'not-found': 2,
  'already-exists': 2,
  'value-invalid': 2,
  unsupported: 2,
  oversize: 2,
  'config-invalid': 3,
  'config-newer': 3,
  'not-configured': 3,
  'url-unknown': 3,
  'same-database': 3,
  'pair-overlap': 3,
  'not-a-database': 3,
  'schema-mismatch': 3,
  'state-location': 3,
  'state-newer': 3,
  'already-resolved': 5,
  moved: 5,
  refused: 5,
  'value-taken': 5,
  'sync-in-progress': 5,
  'engine-running': 5,
  'version-mismatch': 5,
  brake: 5,
  'file-in-use': 5,
  busy: 5,
  'disk-full': 5,
  replaced: 5,
  'schema-changed': 5,
  'file-missing': 6,
  unreachable: 6,
  'lost-answer': 6,
  'engine-gone': 6,
  encrypted: 7,
  auth: 7,
  permission: 7,
  'read-only': 7,
  corrupt: 8,
  'state-corrupt': 8,
  'verification-failed': 8,
  cancelled: 130,
};

const isErrorCode = (text: string): text is ErrorCode => (errorCodes as readonly string[]).includes(text);

/** Reports carry the code of an error as text. */
export const exitCodeOf = (code: string): ExitCode => (isErrorCode(code) ? exitOf[code] : exitCodes.internal);

/** The worst first: with several pairs the command answers for the one that needs a person most. */
const bySeverity: readonly ExitCode[] = [130, 143, 1, 3, 2, 8, 7, 6, 5, 4, 0];

export function worstExit(codes: readonly ExitCode[]): ExitCode {
  return bySeverity.find((code) => codes.includes(code)) ?? exitCodes.ok;
}

/** Of many at once: one that was refused is worse than a conflict that waits, however many went through. */
export const exitOfRefused = (
  failed: readonly { readonly code: string }[],
  notFound: readonly unknown[] = [],
): ExitCode => worstExit([...failed.map(({ code }) => code), ...notFound.map(() => 'refused')].map(exitCodeOf));
