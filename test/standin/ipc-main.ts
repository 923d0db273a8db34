import { StandInMissing } from './missing.ts';

export interface InvokeEvent {
  readonly sender: object;
  readonly senderFrame: { readonly origin: string; readonly url: string } | null;
}
type Handler = (event: InvokeEvent, ...args: unknown[]) => unknown;

export class StandInIpc {
  readonly #handlers = new Map<string, Handler>();

  handle(channel: string, handler: Handler): void {
    if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.#handlers.set(channel, handler);
  }
  on(channel: string): void {
    throw new StandInMissing(`ipcMain.on('${channel}')`);
  }

  async invoked(channel: string, event: InvokeEvent, args: unknown[]): Promise<unknown> {
    const handler = this.#handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    return await handler(event, ...args);
  }
}
