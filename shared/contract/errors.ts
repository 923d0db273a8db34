/** Every reason for which something can fail. Closed: a new one needs a place in the wording table and an exit code. */
export const errorCodes = [
  'internal',
  'usage',
  'config-invalid',
  'config-newer',
  'not-found',
  'already-exists',
  'already-resolved',
  'moved',
  'refused',
  'sync-in-progress',
  'engine-running',
  'engine-gone',
  'brake',
  'file-in-use',
  'same-database',
  'pair-overlap',
  'not-configured',
  'url-unknown',
  'file-missing',
  'not-a-database',
  'encrypted',
  'corrupt',
  'read-only',
  'disk-full',
  'busy',
  'replaced',
  'schema-mismatch',
  'schema-changed',
  'unsupported',
  'value-invalid',
  'value-taken',
  'state-newer',
  'state-corrupt',
  'state-location',
  'unreachable',
  'lost-answer',
  'auth',
  'permission',
  'verification-failed',
  'cancelled',
  'version-mismatch',
  'oversize',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export type Retry = 'never' | 'backoff' | 'after-user-action';

/** What an operation was about; all parts optional, shown in the order of the fields. */
export interface Subject {
  readonly pair?: string;
  readonly side?: string;
  readonly collection?: string;
  readonly record?: string;
  readonly path?: string;
}

export interface AppErrorBody {
  readonly code: ErrorCode;
  /** What failed on what, as a sentence: "Opening /x/y.db failed: it is not a SQLite database." */
  readonly message: string;
  /** What happens next, and what was not touched. */
  readonly next: string;
  /** What the person can do; '' where there is nothing to do. */
  readonly hint: string;
  readonly operation: string;
  readonly subject: Subject;
  readonly retry: Retry;
  /** The driver's own words, redacted. */
  readonly cause?: string;
}

/** The one error that crosses layers. Text in three parts: what failed on what; what happens next; what you can do. */
export class AppError extends Error implements AppErrorBody {
  readonly code: ErrorCode;
  readonly next: string;
  readonly hint: string;
  readonly operation: string;
  readonly subject: Subject;
  readonly retry: Retry;
  override readonly cause?: string;

  constructor(
    body: Omit<AppErrorBody, 'subject' | 'retry' | 'next' | 'hint'> &
      Partial<Pick<AppErrorBody, 'subject' | 'retry' | 'next' | 'hint'>>,
  ) {
    super(body.message);
    this.name = 'AppError';
    this.code = body.code;
    this.next = body.next ?? '';
    this.hint = body.hint ?? '';
    this.operation = body.operation;
    this.subject = body.subject ?? {};
    this.retry = body.retry ?? 'never';
    if (body.cause !== undefined) this.cause = body.cause;
  }

  toBody(): AppErrorBody {
    const { code, message, next, hint, operation, subject, retry, cause } = this;
    return { code, message, next, hint, operation, subject, retry, ...(cause === undefined ? {} : { cause }) };
  }
}
