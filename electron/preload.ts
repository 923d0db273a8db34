import { contextBridge, ipcRenderer } from 'electron';
import { config } from 'zod';
import type { DownMessage, EngineNews, Outcome, TandemBridge, UpMessage } from '../shared/contract/bridge.ts';
import type { CallName } from '../shared/contract/calls.ts';
import { AppError } from '../shared/contract/errors.ts';
import { WireClient } from './api/transport/wire-client.ts';
import type { Wire } from './api/transport/wire.ts';

// The policy of the page holds here, too, and forbids what zod would try to be faster.
config({ jitless: true });

const send = (message: UpMessage): Promise<Outcome> => ipcRenderer.invoke('rpc', message) as Promise<Outcome>;

const listeners = new Set<(message: DownMessage) => void>();
ipcRenderer.on('event', (_event, message: DownMessage) => {
  for (const listener of listeners) listener(message);
});

/** A wire to the engine through the main process. */
function ipcWire(): Wire {
  const connection = crypto.randomUUID();
  const onClose: (() => void)[] = [];
  let onText: ((text: string) => void) | undefined;
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    listeners.delete(hear);
    for (const listener of onClose) queueMicrotask(listener);
  };
  const hear = (message: DownMessage): void => {
    if (message.t === 'text' && message.connection === connection) onText?.(message.text);
    if (message.t === 'closed' && message.connection === connection) end();
  };
  listeners.add(hear);
  return {
    send(text) {
      if (ended) return;
      send({ t: 'text', connection, text }).then((outcome) => outcome.error && end(), end);
    },
    onText: (listener) => void (onText = listener),
    onClose(listener) {
      if (ended) queueMicrotask(listener);
      else onClose.push(listener);
    },
    close() {
      if (ended) return;
      void send({ t: 'close', connection });
      end();
    },
  };
}

let current: WireClient | undefined;
function client(): WireClient {
  if (current) return current;
  const opened = new WireClient(ipcWire());
  current = opened;
  void opened.closed.then(() => {
    if (current === opened) current = undefined;
  });
  return opened;
}

const running = new Map<number, AbortController>();

async function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work };
  } catch (cause) {
    if (cause instanceof AppError) return { error: cause.toBody() };
    throw cause;
  }
}

const tandem: TandemBridge = {
  async call(name, params, callId) {
    const controller = new AbortController();
    if (callId !== undefined) running.set(callId, controller);
    try {
      return await outcomeOf<unknown>(client().call(name as CallName, params as never, { signal: controller.signal }));
    } finally {
      if (callId !== undefined) running.delete(callId);
    }
  },
  cancel: (callId) => running.get(callId)?.abort(),
  subscribe: (listener, since) =>
    outcomeOf(
      client()
        .subscribe(listener, since)
        .then((made) => ({ mark: { ...made.mark }, complete: made.complete, close: () => made.close() })),
    ),
  closed: () => client().closed,
  close: () => void current?.close(),
  onEngine(listener) {
    let heardLater = false;
    const hear = (message: DownMessage): void => {
      if (message.t !== 'engine') return;
      heardLater = true;
      listener(message.news);
    };
    listeners.add(hear);
    void send({ t: 'news' }).then((outcome) => {
      if (!heardLater && outcome.error === undefined) listener(outcome.value as EngineNews);
    });
    return () => void listeners.delete(hear);
  },
  onRoute(listener) {
    const hear = (message: DownMessage): void => {
      if (message.t === 'route') listener(message.route);
    };
    listeners.add(hear);
    return () => void listeners.delete(hear);
  },
  shell: (name, params) => send({ t: 'shell', name, params }),
};

contextBridge.exposeInMainWorld('tandem', tandem);
