import { MongoError, MongoServerSelectionError } from 'mongodb';
import { AppError } from '../../../shared/contract/errors.ts';
import { failedAt, type OpenStage } from '../../engine/port/open-stage.ts';
import {
  badAddress,
  closed,
  cutOff,
  fileUnread,
  nameUnknown,
  noAnswer,
  noTrust,
  notAllowed,
  notOnList,
  notPrimary,
  otherCertificate,
  otherSet,
  overloaded,
  refused,
  tooSlow,
  unexpected,
  untrusted,
  type Worded,
  wrongPassword,
} from './error-words.ts';
import { isOverloaded } from './overload.ts';
import { redact } from '../../../shared/lib/redact.ts';

export interface Doing {
  readonly operation: string;
  /** In -ing form, for the sentence: "Reading orders". */
  readonly what: string;
}

/** Where it happened, and what nobody may read in an error. */
export interface Place {
  readonly label: string;
  readonly secrets: readonly string[];
}

/** Any failure of the driver or the server, in the three parts of an `AppError`. */
export function translateError(error: unknown, { operation, what }: Doing, { label, secrets }: Place): AppError {
  if (error instanceof AppError) return error;
  const next = operation === 'open' ? 'Nothing was read or written.' : 'Nothing more was written.';
  const worded = wordingFor(error);
  const translated = new AppError({
    operation,
    subject: { path: label },
    cause: redact(causeOf(error), secrets),
    ...worded({ what, label, next, words: redact(deepest(error), secrets) }),
  });
  const stage = stageBy.get(worded);
  return stage ? failedAt(translated, stage) : translated;
}

/** What the words say of how far a connection came. */
const stageBy: ReadonlyMap<Worded, OpenStage> = new Map<Worded, OpenStage>([
  [badAddress, 'address'],
  [fileUnread, 'address'],
  [nameUnknown, 'server'],
  [refused, 'server'],
  [noAnswer, 'server'],
  [cutOff, 'server'],
  [otherSet, 'server'],
  [notPrimary, 'server'],
  [overloaded, 'server'],
  [tooSlow, 'server'],
  [notOnList, 'encryption'],
  [untrusted, 'encryption'],
  [otherCertificate, 'encryption'],
  [noTrust, 'encryption'],
  [wrongPassword, 'login'],
  [notAllowed, 'rights'],
]);

/** The code of a server's answer. */
export const codeOf = (error: unknown): number | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;

/** Nobody knows whether the server carried out what it was sent. */
export function isAnswerLost(error: unknown): boolean {
  if (!(error instanceof MongoError) || isOverloaded(error)) return false;
  if (/^Mongo(Network|PoolCleared|WriteConcern)/.test(error.name)) return true;
  return error.hasErrorLabel('RetryableWriteError') || lostCodes.has(codeOf(error) ?? -1);
}

/** A transaction that met another write, or the end of a primary: the server has taken it back. */
export const isTransient = (error: unknown): boolean =>
  error instanceof MongoError && (error.hasErrorLabel('TransientTransactionError') || codeOf(error) === 112);

/** Interrupted, shutting down, stepping down, a write concern that was not fulfilled in time. */
const lostCodes: ReadonlySet<number> = new Set([64, 91, 189, 262, 11600, 11602]);

function causeOf(error: unknown): string {
  const shown = error instanceof Error ? `${codeOf(error) ?? error.name} ${error.message}` : String(error);
  const inner = deepest(error);
  return inner === shown || shown.includes(inner) ? shown : `${shown} (${inner})`;
}

/** The server that could not be selected says why in its description. */
function deepest(error: unknown): string {
  if (isOtherSet(error)) return 'no server of this replica set';
  if (error instanceof MongoServerSelectionError) {
    for (const { error: why } of error.reason?.servers.values() ?? []) if (why) return deepest(why);
  }
  if (error instanceof Error && error.cause instanceof Error) return `${error.message} ${deepest(error.cause)}`;
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : (codeOf(error) ?? '');
  return `${code} ${error.message}`.trim();
}

/** The driver forgets each server that says it belongs to another replica set than the address names. */
const isOtherSet = (error: unknown): boolean =>
  error instanceof MongoServerSelectionError && error.reason?.setName != null && error.reason.servers.size === 0;

const byCode: ReadonlyMap<number, Worded> = new Map<number, Worded>([
  [18, wrongPassword],
  [8000, wrongPassword],
  [13, notAllowed],
  [50, tooSlow],
  [10107, notPrimary],
  [13435, notPrimary],
]);

function wordingFor(error: unknown): Worded {
  if (isOverloaded(error)) return overloaded;
  const known = byCode.get(codeOf(error) ?? -1);
  if (known) return known;
  const name = error instanceof Error ? error.name : '';
  if (/^Mongo(Parse|InvalidArgument|MissingCredentials|MissingDependency|APIError)/.test(name)) return badAddress;
  if (isOtherSet(error)) return otherSet;
  const words = deepest(error);
  const rules: readonly (readonly [RegExp, Worded])[] = [
    [/Unable to parse .* with URL|Optional module .* not found/, badAddress],
    [/^(ENOENT|EACCES|EISDIR|ENOTDIR) .*, (open|read)/, fileUnread],
    [/bad auth|auth(entication)? failed|AuthenticationFailed/i, wrongPassword],
    [/not authorized|requires authentication/i, notAllowed],
    [/(querySrv|queryTxt|ENOTFOUND|EAI_AGAIN|ENODATA|ESERVFAIL)/, nameUnknown],
    [/ECONNREFUSED/, refused],
    [/alert internal error|alert number 80/i, notOnList],
    [/(altnames|ALTNAME|CERT_HAS_EXPIRED|certificate has expired)/i, otherCertificate],
    [/(self.signed|SELF_SIGNED|unable to verify|UNABLE_TO_|unable to get)/i, untrusted],
    [/(certificate|CERT_|SSL routines|TLS|ssl3_|wrong version number)/i, noTrust],
    [/(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|timed out|Server selection timed out)/i, noAnswer],
    [/(Topology is closed|client was closed|must be connected|session that has ended)/i, closed],
  ];
  const found = rules.find(([pattern]) => pattern.test(words))?.[1];
  if (found) return found;
  return /^Mongo(Network|ServerSelection|PoolCleared|Topology)/.test(name) || isAnswerLost(error) ? cutOff : unexpected;
}

/** The server may or may not have carried out a batch. */
export const outcomeUnknown = ({ operation, what }: Doing, { label, secrets }: Place, cause: unknown): AppError =>
  new AppError({
    code: 'lost-answer',
    operation,
    subject: { path: label },
    message: `${what} ended without an answer from ${label}.`,
    next: 'It is not known how much of this batch was written. Both sides are compared before anything else.',
    hint: 'Look whether the server and the network are well.',
    retry: 'backoff',
    cause: redact(causeOf(cause), secrets),
  });
