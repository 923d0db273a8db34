import { z } from 'zod';
import { calls, isCallName, type CallName, type Calls, type Result } from '../../shared/contract/calls.ts';
import { AppError } from '../../shared/contract/errors.ts';
import { nearest } from '../../shared/lib/nearest.ts';
import { blot, redact } from '../../shared/lib/redact.ts';
import { silentLog, type Log } from '../engine/ports.ts';
import { doingWords, refusedParams } from './call-words.ts';

/** Who asks, through what, and how to stop. */
export interface CallContext {
  /** The person in whose name something is done. */
  readonly who: string;
  /** The program that asks, for others who find the engine in use. */
  readonly client: string;
  readonly signal: AbortSignal;
}

/** One per call, free of any transport. Throws `AppError`. */
export type Handler<N extends CallName> = (
  params: z.output<Calls[N]['params']>,
  context: CallContext,
) => Promise<Result<N>>;
export type Handlers = { readonly [N in CallName]: Handler<N> };

/** Checks what comes in and what goes out; nothing reaches a handler or a caller that the contract does not allow. */
export class Dispatcher {
  readonly #handlers: Partial<Handlers>;
  readonly #secrets: () => readonly string[];
  readonly #log: Log;

  /** `secrets` are blotted out of every error; a fault of ours is written to `log`. */
  constructor(
    handlers: Partial<Handlers>,
    { secrets = () => [], log = silentLog }: { readonly secrets?: () => readonly string[]; readonly log?: Log } = {},
  ) {
    this.#handlers = handlers;
    this.#secrets = secrets;
    this.#log = log;
  }

  /** Fails at once with `unsupported` for a call that nobody knows. Every rejection is an `AppError`. */
  async dispatch(name: string, params: unknown, context: CallContext): Promise<unknown> {
    try {
      if (!isCallName(name)) throw unknownCall(name);
      return await this.#run(name, params, context);
    } catch (cause) {
      const error = withoutSecrets(toAppError(cause, name, params), this.#secrets());
      // A person is asked to report it with the log file, and the command line shows no stack.
      if (error.code === 'internal') this.#log.error(error.message, { operation: name, cause: error.cause });
      throw error;
    }
  }

  async #run<N extends CallName>(name: N, params: unknown, context: CallContext): Promise<unknown> {
    const handler = this.#handlers[name] as Handler<N> | undefined;
    if (!handler) throw unknownCall(name);
    const given = calls[name].params.safeParse(params);
    if (!given.success) throw badParams(name, params, given.error);
    context.signal.throwIfAborted();
    const answer = calls[name].result.safeParse(await handler(given.data as z.output<Calls[N]['params']>, context));
    if (answer.success) return answer.data;
    throw new AppError({
      code: 'internal',
      operation: name,
      message: `${doingWords(name, params)} was done, and telling it failed: the answer does not have the agreed form.`,
      next: 'What was done is done; only the answer is missing.',
      hint: 'Report this with the log file.',
      cause: z.prettifyError(answer.error),
    });
  }
}

function unknownCall(name: string): AppError {
  const near = nearest(name, Object.keys(calls));
  return new AppError({
    code: 'unsupported',
    operation: name.slice(0, 100),
    message: `Calling the engine failed: it knows no call “${name.slice(0, 100)}”.`,
    next: 'Nothing was done.',
    hint: near ? `Did you mean ${near}?` : '',
  });
}

function badParams(name: CallName, params: unknown, error: z.ZodError): AppError {
  return new AppError({
    code: 'usage',
    operation: name,
    message: `${doingWords(name, params)} failed: ${refusedParams(name, calls[name].params, error.issues)}.`,
    next: 'Nothing was done.',
    hint: 'Correct what is named and try again.',
  });
}

/** Whatever was thrown, as the one error that crosses layers. */
export function toAppError(cause: unknown, operation: string, params?: unknown): AppError {
  if (cause instanceof AppError) return cause;
  if (cause instanceof Error && cause.name === 'AbortError') return cancelled(operation, params);
  return new AppError({
    code: 'internal',
    operation,
    message: `${doingWords(operation, params)} stopped for a reason that Tandem does not know.`,
    next: 'Every batch that was complete is on both sides; nothing was overwritten.',
    hint: 'Give the command again; if it happens twice, report it with the log file.',
    cause: redact(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)),
  });
}

/** A driver may have put an address with its password into its own words. */
export function withoutSecrets(error: AppError, secrets: readonly string[]): AppError {
  const { cause, ...body } = error.toBody();
  const clean = (text: string): string => blot(text, secrets);
  const subject = Object.fromEntries(
    Object.entries(body.subject).map(([part, text]: [string, string]) => [part, clean(text)]),
  );
  return new AppError({
    ...body,
    message: clean(body.message),
    next: clean(body.next),
    hint: clean(body.hint),
    subject,
    ...(cause === undefined ? {} : { cause: redact(cause, secrets) }),
  });
}

export function cancelled(operation: string, params?: unknown): AppError {
  return new AppError({
    code: 'cancelled',
    operation,
    message: `${doingWords(operation, params)} was stopped before it began.`,
    next: 'Nothing was done.',
  });
}
