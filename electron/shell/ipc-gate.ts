import { z } from 'zod';
import {
  upMessage,
  type DownMessage,
  type EngineAnswer,
  type Outcome,
  type UpMessage,
} from '../../shared/contract/bridge.ts';
import { AppError } from '../../shared/contract/errors.ts';
import { clientFrame, MAX_FRAME_BYTES, type ClientFrame, type ServerFrame } from '../../shared/contract/frames.ts';
import { toAppError } from '../api/dispatcher.ts';
import { oversizeReply } from '../api/transport/wire-session.ts';
import { engineGone, type Wire } from '../api/transport/wire.ts';
import type { IpcMain, IpcMainInvokeEvent, WebContents } from './electron-port.ts';

export const RPC = 'rpc';
export const EVENT = 'event';

export interface IpcGateParts {
  readonly ipc: Pick<IpcMain, 'handle'>;
  /** Is this the top frame of a window of ours, on a page of ours? */
  readonly isOurs: (event: IpcMainInvokeEvent) => boolean;
  /** A further wire to the engine; `engine-gone` where there is none. */
  readonly open: () => Promise<Wire>;
  readonly engine: () => EngineAnswer;
  readonly shell: (name: string, params: unknown) => Promise<unknown>;
  /** What was refused, for the log. */
  readonly refused: (what: string) => void;
  readonly limit?: number;
}

interface Connection {
  readonly id: string;
  readonly wire: Promise<Wire>;
}

/**
 * The way from windows to the engine: one channel up, one down. Every message is looked at for who sent it and for its
 * form before anything else; whatever fails that reaches nobody.
 */
export class IpcGate {
  readonly #parts: IpcGateParts;
  readonly #limit: number;
  /** Windows that have spoken, and the connections of those that have one. */
  readonly #windows = new Set<WebContents>();
  readonly #connections = new Map<WebContents, Connection>();

  constructor(parts: IpcGateParts) {
    this.#parts = parts;
    this.#limit = parts.limit ?? MAX_FRAME_BYTES;
    parts.ipc.handle(RPC, (event, raw: unknown) => this.#receive(event, raw));
  }

  /** Tells every window that has spoken. */
  tell(message: DownMessage): void {
    for (const contents of this.#windows) down(contents, message);
  }

  /** The page of this window is gone or another one: so is its connection. */
  drop(contents: WebContents): void {
    this.#windows.delete(contents);
    this.#close(contents);
  }

  #close(contents: WebContents): void {
    const connection = this.#connections.get(contents);
    this.#connections.delete(contents);
    void connection?.wire.then((wire) => wire.close()).catch(() => undefined);
  }

  async #receive(event: IpcMainInvokeEvent, raw: unknown): Promise<Outcome> {
    if (!this.#parts.isOurs(event)) return this.#refuse('a message from a page that is not ours');
    const message = upMessage.safeParse(raw);
    if (!message.success) return this.#refuse(`a message without the agreed form: ${z.prettifyError(message.error)}`);
    this.#windows.add(event.sender);
    return this.#carryOut(event.sender, message.data);
  }

  async #carryOut(sender: WebContents, message: UpMessage): Promise<Outcome> {
    switch (message.t) {
      case 'news':
        return { ok: true, value: this.#parts.engine() };
      case 'text':
        this.#pass(sender, message.connection, message.text);
        return { ok: true, value: null };
      case 'close':
        if (this.#connections.get(sender)?.id === message.connection) this.#end(sender);
        return { ok: true, value: null };
      case 'shell':
        try {
          return { ok: true, value: await this.#parts.shell(message.name, message.params) };
        } catch (cause) {
          return { ok: false, error: toAppError(cause, message.name).toBody() };
        }
    }
  }

  #pass(sender: WebContents, id: string, text: string): void {
    const connection = this.#connectionOf(sender, id);
    const tooLarge = oversizeReply(text, this.#limit);
    if (tooLarge) return void (tooLarge.frame && this.#answer(sender, id, tooLarge.frame));
    const frame = frameOf(text);
    if (!frame) return this.#end(sender);
    connection.wire.then(
      (wire) => wire.send(text),
      (cause: unknown) => {
        if (frame.t === 'call' || frame.t === 'subscribe')
          this.#answer(sender, id, { t: 'error', id: frame.id, error: goneBecause(cause).toBody() });
        if (this.#connections.get(sender) === connection) this.#end(sender);
      },
    );
  }

  /** A window has one connection at a time: a new one ends the one before it. */
  #connectionOf(sender: WebContents, id: string): Connection {
    const known = this.#connections.get(sender);
    if (known?.id === id) return known;
    this.#close(sender);
    const connection: Connection = { id, wire: this.#parts.open() };
    this.#connections.set(sender, connection);
    connection.wire.then(
      (wire) => {
        wire.onText((text) => down(sender, { t: 'text', connection: id, text }));
        wire.onClose(() => this.#connections.get(sender) === connection && this.#end(sender));
      },
      // Told in answer to what was sent on it.
      () => undefined,
    );
    return connection;
  }

  #end(sender: WebContents): void {
    const id = this.#connections.get(sender)?.id;
    this.#close(sender);
    if (id !== undefined) down(sender, { t: 'closed', connection: id });
  }

  #answer(sender: WebContents, connection: string, frame: ServerFrame): void {
    down(sender, { t: 'text', connection, text: JSON.stringify(frame) });
  }

  #refuse(what: string): Outcome {
    this.#parts.refused(what);
    const error = new AppError({
      code: 'permission',
      operation: 'window',
      message: 'Asking the desktop program was refused: only its own window may.',
      next: 'Nothing was done.',
    });
    return { ok: false, error: error.toBody() };
  }
}

function down(contents: WebContents, message: DownMessage): void {
  if (!contents.isDestroyed()) contents.send(EVENT, message);
}

function frameOf(text: string): ClientFrame | undefined {
  try {
    return clientFrame.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const goneBecause = (cause: unknown): AppError => (cause instanceof AppError ? cause : engineGone(false));
