import type { Outcome, ShellCallName, ShellParams, ShellResult, TandemBridge } from './bridge.ts';
import type { CallName, Params, Result } from './calls.ts';
import type { CallOptions, Client, Subscription } from './client.ts';
import { errorFromBody } from './error-body.ts';
import type { AnyEvent } from './events.ts';
import type { SinceMark } from './frames.ts';
import { AppError } from './errors.ts';

/** The connection that a page of the desktop program has at this moment; when it is gone, the next one is another client. */
export class BridgeClient implements Client {
  readonly closed: Promise<void>;
  readonly #bridge: TandemBridge;
  #lastCall = 0;

  constructor(bridge: TandemBridge) {
    this.#bridge = bridge;
    this.closed = bridge.closed();
  }

  async call<N extends CallName>(name: N, params: Params<N>, { signal }: CallOptions = {}): Promise<Result<N>> {
    if (signal?.aborted) throw stopped(name);
    const id = ++this.#lastCall;
    const abort = (): void => this.#bridge.cancel(id);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return valueOf(await this.#bridge.call(name, params, id)) as Result<N>;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async subscribe(listener: (event: AnyEvent) => void, since?: SinceMark): Promise<Subscription> {
    let mark = since;
    const heard = (event: AnyEvent): void => {
      if (mark) mark = { ...mark, seq: event.seq };
      listener(event);
    };
    const { complete, close, ...first } = valueOf(await this.#bridge.subscribe(heard, since));
    const start = first.mark;
    mark = { ...start, seq: mark?.engine === start.engine ? mark.seq : start.seq };
    return {
      get mark() {
        return mark ?? start;
      },
      complete,
      close,
    };
  }

  async close(): Promise<void> {
    this.#bridge.close();
    await this.closed;
  }
}

/** Has the shell of the desktop program do something. */
export async function callShell<N extends ShellCallName>(
  bridge: TandemBridge,
  name: N,
  params: ShellParams<N>,
): Promise<ShellResult<N>> {
  return valueOf(await bridge.shell(name, params)) as ShellResult<N>;
}

function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.error) throw errorFromBody(outcome.error);
  return outcome.value;
}

const stopped = (operation: string): AppError =>
  new AppError({
    code: 'cancelled',
    operation,
    message: 'The call was stopped before it began.',
    next: 'Nothing was done.',
  });
