import type { DownMessage, EngineAnswer, EngineNews, Outcome } from '../../../shared/contract/bridge.ts';
import type { CallName } from '../../../shared/contract/calls.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { ServerFrame, SinceMark } from '../../../shared/contract/frames.ts';
import type { BridgeNews } from '../../../shared/transport/bridge.ts';
import { FramesClient, type ClientParts } from '../../../shared/transport/frames-client.ts';
import { engineGone } from '../../../shared/transport/wire.ts';
import type { Channels } from './ipc-wire.ts';

/** As `MAX_FRAME_BYTES` of the contract, which would bring all its schemas into every window. */
const MAX_FRAME_BYTES = 32 * 1024 * 1024;
/** How long a stopped engine is waited for before it is looked for again; its start is told as well. */
const AGAIN_MS = 1000;
const encoder = new TextEncoder();

const parts: ClientParts = {
  limit: MAX_FRAME_BYTES,
  bytesOf: (text) => encoder.encode(text).length,
  later: (run) => void setTimeout(run, 0),
  // The main process has them from the engine of this very program.
  parse: (text) => JSON.parse(text) as ServerFrame,
  cancelled: (operation) => new AppError({ code: 'cancelled', operation, message: 'It was stopped before it began.' }),
};

interface Listening {
  readonly tell: (news: BridgeNews) => void;
  since: SinceMark | undefined;
}

/** A window's connection to the engine: greeted, and taken up again with every further engine. */
export class EngineLink {
  readonly #channels: Channels;
  readonly #listening = new Set<Listening>();
  #client: Promise<FramesClient | null> | undefined;
  #started = Promise.withResolvers<void>();

  constructor(channels: Channels) {
    this.#channels = channels;
    channels.listen((message) => {
      if (message.t === 'engine' && message.news.state === 'running') this.#started.resolve();
    });
  }

  /** Fails with `engine-gone` at once where no engine runs. */
  async call(name: string, params: unknown): Promise<Outcome> {
    try {
      const client = await this.#connected();
      if (client === null) throw engineGone(false);
      return { ok: true, value: await client.call(name as CallName, params as never, { stays: true }) };
    } catch (cause) {
      return { ok: false, error: bodyOf(cause, name) };
    }
  }

  /** Tells of events, and of engines that come and go; goes on with every further engine. */
  subscribe(tell: (news: BridgeNews) => void, since?: SinceMark): () => void {
    const listening: Listening = { tell, since };
    this.#listening.add(listening);
    void this.#listen(listening);
    return () => void this.#listening.delete(listening);
  }

  async #listen(listening: Listening): Promise<void> {
    let isReady = false;
    while (this.#listening.has(listening)) {
      const client = await this.#connected();
      if (client !== null && (await this.#follow(client, listening))) isReady = true;
      if (isReady) listening.tell({ kind: 'gone' });
      isReady = false;
      await this.#untilStarted();
    }
  }

  /** Until this connection is gone; false: it was gone before anything was heard. */
  async #follow(client: FramesClient, listening: Listening): Promise<boolean> {
    try {
      const heard = (event: Parameters<Parameters<FramesClient['subscribe']>[0]>[0]): void => {
        if (!this.#listening.has(listening)) return subscription?.close();
        listening.since = { engine: subscription?.mark.engine ?? '', seq: event.seq };
        listening.tell({ kind: 'event', event });
      };
      const subscription = await client.subscribe(heard, listening.since);
      const { engine, seq } = subscription.mark;
      listening.since = { engine, seq };
      listening.tell({ kind: 'ready', engine, seq, complete: subscription.complete });
      await client.closed;
      return true;
    } catch {
      return false;
    }
  }

  #connected(): Promise<FramesClient | null> {
    this.#client ??= this.#connect();
    return this.#client;
  }

  /** `null`: there is no engine now. */
  async #connect(): Promise<FramesClient | null> {
    try {
      const { greeting } = await engineAnswer(this.#channels);
      const client = new FramesClient(this.#channels.wire(), parts);
      const made = this.#client;
      void client.closed.then(() => {
        if (this.#client === made) this.#client = undefined;
      });
      await client.call('engine.hello', greeting);
      return client;
    } catch {
      this.#client = undefined;
      return null;
    }
  }

  async #untilStarted(): Promise<void> {
    const again = new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    await Promise.race([this.#started.promise, again]);
    this.#started = Promise.withResolvers();
  }
}

/** Tells `listener` how the engine's process is, at once and with every change. */
export function followEngine(channels: Channels, listener: (news: EngineNews) => void): () => void {
  let heardLater = false;
  const end = channels.listen((message: DownMessage) => {
    if (message.t !== 'engine') return;
    heardLater = true;
    listener(message.news);
  });
  void engineAnswer(channels).then(({ news }) => heardLater || listener(news));
  return end;
}

async function engineAnswer(channels: Channels): Promise<EngineAnswer> {
  const answer = await channels.send({ t: 'news' });
  if (!answer.ok) throw new AppError(answer.error);
  return answer.value as EngineAnswer;
}

function bodyOf(cause: unknown, operation: string) {
  const error =
    cause instanceof AppError
      ? cause
      : new AppError({
          code: 'internal',
          operation,
          message: 'Asking the engine stopped for a reason that Tandem does not know.',
          cause: String(cause),
        });
  return error.toBody();
}
