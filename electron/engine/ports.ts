/** What the engine needs from the process it runs in. Time, chance and logging come in here and nowhere else. */
export interface Ports {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

export interface Clock {
  /** Milliseconds since 1970, for people and for policies they declare; never for correctness (L2). */
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Ids {
  /** A number in [0, 1). */
  random(): number;
}

export interface Log {
  debug(message: string, data?: object): void;
  info(message: string, data?: object): void;
  warn(message: string, data?: object): void;
  error(message: string, data?: object): void;
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
