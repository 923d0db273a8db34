import { MongoError, MongoServerSelectionError } from 'mongodb';
import { AppError, type AppErrorBody } from '../../../shared/contract/errors.ts';
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

type Wording = Pick<AppErrorBody, 'code' | 'message' | 'next' | 'hint' | 'retry'>;
type Worded = (context: { readonly what: string; readonly label: string; readonly next: string }) => Wording;

/** Any failure of the driver or the server, in the three parts of an `AppError`. */
export function translateError(error: unknown, { operation, what }: Doing, { label, secrets }: Place): AppError {
  if (error instanceof AppError) return error;
  const next = operation === 'open' ? 'Nothing was read or written.' : 'Nothing more was written.';
  return new AppError({
    operation,
    subject: { path: label },
    cause: redact(causeOf(error), secrets),
    ...wordingFor(error)({ what, label, next }),
  });
}

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
  if (error instanceof MongoServerSelectionError) {
    for (const { error: why } of error.reason?.servers.values() ?? []) if (why) return deepest(why);
  }
  if (error instanceof Error && error.cause instanceof Error) return `${error.message} ${deepest(error.cause)}`;
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return `${code} ${error.message}`.trim();
}

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
  if (/^Mongo(Parse|InvalidArgument|MissingCredentials)/.test(name)) return badAddress;
  const words = deepest(error);
  const rules: readonly (readonly [RegExp, Worded])[] = [
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

function wrongPassword({ what, label, next }: Parameters<Worded>[0]): Wording {
  return {
    code: 'auth',
    message: `${what} failed: ${label} does not take this user name and password.`,
    next,
    hint: 'Look at the user, the password and authSource (the database in which the user was made, often admin).',
    retry: 'after-user-action',
  };
}

function notAllowed({ what, label, next }: Parameters<Worded>[0]): Wording {
  return {
    code: 'permission',
    message: `${what} failed: this user may not do that on ${label}.`,
    next,
    hint: 'Give the user what Tandem needs (tandem pair role NAME prints it), or let changes flow only away from this side (--direction).',
    retry: 'after-user-action',
  };
}

function tooSlow({ what, label, next }: Parameters<Worded>[0]): Wording {
  return {
    code: 'busy',
    message: `${what} stopped: ${label} took longer than its limit allows.`,
    next,
    hint: 'Look whether the server is busy; it is tried again at the next sync.',
    retry: 'backoff',
  };
}

function overloaded({ what, label, next }: Parameters<Worded>[0]): Wording {
  return {
    code: 'busy',
    message: `${what} stopped: ${label} takes no more requests at the moment, also after it was waited for.`,
    next: `${next} It is tried again at the next sync.`,
    hint: 'Small and shared clusters allow few operations a second: sync while little else is done there, or choose a larger one.',
    retry: 'backoff',
  };
}

function nameUnknown({ what, label, next }: Parameters<Worded>[0]): Wording {
  return {
    code: 'unreachable',
    message: `${what} failed: the name of the server in ${label} was not found.`,
    next,
    hint: 'Look at the name and at this computer’s network. On Atlas the name of a paused or deleted cluster is not found: resume it there.',
    retry: 'backoff',
  };
}

function notPrimary({ what, label, next }: Parameters<Worded>[0]): Wording {
  return {
    code: 'unreachable',
    message: `${what} stopped: the server at ${label} takes no writes, for it is not the primary of its replica set.`,
    next,
    hint: 'Name all members in the address, or leave out directConnection=true, so that the primary is found.',
    retry: 'backoff',
  };
}

function refused({ what, label, next }: Parameters<Worded>[0]): Wording {
  return {
    code: 'unreachable',
    message: `${what} failed: no server listens at ${label}.`,
    next,
    hint: 'Start the server, or look at the name and the port. To use one member of a replica set alone, add directConnection=true.',
    retry: 'backoff',
  };
}

function notOnList({ what, label, next }: Parameters<Worded>[0]): Wording {
  return {
    code: 'unreachable',
    message: `${what} failed: ${label} ended the connection before it was encrypted.`,
    next,
    hint: 'On Atlas this means that the address of this computer is not on the access list: add it under Network Access.',
    retry: 'after-user-action',
  };
}

function untrusted({ what, label, next }: Parameters<Worded>[0]): Wording {
  return {
    code: 'unreachable',
    message: `${what} failed: nobody whom this computer trusts has signed the certificate of ${label}.`,
    next,
    hint: 'If it is your server, name the file with the certificate of its authority in the address: tlsCAFile=PATH. If it should be a known one, somebody may stand in between: do not go on.',
    retry: 'after-user-action',
  };
}

function otherCertificate({ what, label, next }: Parameters<Worded>[0]): Wording {
  return {
    code: 'unreachable',
    message: `${what} failed: the certificate of ${label} has expired or is made out to another name.`,
    next,
    hint: 'Write the name of the server as it stands in its certificate, or have the certificate renewed.',
    retry: 'after-user-action',
  };
}

function noTrust({ what, label, next }: Parameters<Worded>[0]): Wording {
  return {
    code: 'unreachable',
    message: `${what} failed: no encrypted connection to ${label} could be agreed on.`,
    next,
    hint: 'Look at tls, tlsCAFile and the certificate of the server; its name has to be the one in the address.',
    retry: 'after-user-action',
  };
}

function noAnswer({ what, label, next }: Parameters<Worded>[0]): Wording {
  return {
    code: 'unreachable',
    message: `${what} failed: ${label} did not answer in time.`,
    next,
    hint: 'Look at the network and the firewall. On Atlas: is this computer’s address on the access list, and is the cluster running?',
    retry: 'backoff',
  };
}

function cutOff({ what, label, next }: Parameters<Worded>[0]): Wording {
  return {
    code: 'unreachable',
    message: `${what} stopped: the connection to ${label} ended.`,
    next: `${next} It is tried again at the next sync.`,
    hint: '',
    retry: 'backoff',
  };
}

function closed({ what, label, next }: Parameters<Worded>[0]): Wording {
  return {
    code: 'internal',
    message: `${what} failed: the connection to ${label} was closed.`,
    next,
    hint: '',
    retry: 'never',
  };
}

function badAddress({ what, next }: Parameters<Worded>[0]): Wording {
  return {
    code: 'usage',
    message: `${what} failed: the driver does not take its address or one of its settings.`,
    next,
    hint: 'Write mongodb://user:password@host:port/database or mongodb+srv://user:password@host/database.',
    retry: 'after-user-action',
  };
}

function unexpected({ what, label, next }: Parameters<Worded>[0]): Wording {
  return { code: 'internal', message: `${what} stopped: ${label} refused it.`, next, hint: '', retry: 'never' };
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
