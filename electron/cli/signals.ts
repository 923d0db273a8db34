import { exitCodes, type ExitCode } from './exit-codes.ts';

/** The first signal asks for an end after the running batch; the second one means at once. */
export class Signals {
  readonly #controller = new AbortController();
  #code: ExitCode | null = null;
  #keepsHangUp = false;
  #onHangUp = (): void => undefined;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }
  /** The exit code of the signal that arrived, if one did. */
  get code(): ExitCode | null {
    return this.#code;
  }

  /** Nobody reads any more what is said: an end without a signal. */
  stop(): void {
    this.#controller.abort();
  }

  /** No terminal can be closed: SIGHUP ends nothing, and goes to whoever asks for it. */
  keepHangUp(): void {
    this.#keepsHangUp = true;
  }

  onHangUp(listener: () => void): void {
    this.#onHangUp = listener;
  }

  listen(process: NodeJS.Process, onFirst: () => void): void {
    const codes = {
      SIGINT: exitCodes.interrupted,
      SIGTERM: exitCodes.terminated,
      SIGHUP: exitCodes.terminated,
    } as const;
    for (const [name, code] of Object.entries(codes)) {
      process.on(name, () => {
        if (name === 'SIGHUP' && this.#keepsHangUp) return this.#onHangUp();
        if (this.#code !== null) process.exit(code);
        this.#code = code;
        onFirst();
        this.#controller.abort();
      });
    }
  }
}
