import { makeCodec } from './codec.ts';

/*
 * What is put into each page before its own scripts: the two halves of `contextBridge`, one in the world of the page,
 * one in the isolated world in which the preload runs. The functions here stand alone: their source is what is sent.
 */

declare const window: EventTarget & { readonly top: unknown };

export interface WorldNames {
  /** Names of events that one world sends the other. */
  readonly toMain: string;
  readonly toIsolated: string;
  /** The function in the isolated world that leads to the main process, and the one that it calls back. */
  readonly send: string;
  readonly receive: string;
}

interface Half {
  readonly expose: (name: string, api: unknown) => void;
}

/**
 * One world's half of the bridge. Functions and promises cross by number, everything else as a copy; of an error only
 * its message crosses, as in Electron.
 */
function bridgeHalf(hear: string, tell: string, codec: ReturnType<typeof makeCodec>): Half {
  type Packed = { readonly k: string; readonly v: unknown };
  const functions = new Map<number, (...args: unknown[]) => unknown>();
  const settling = new Map<
    number,
    { readonly resolve: (value: unknown) => void; readonly reject: (cause: unknown) => void }
  >();
  let last = 0;
  let returned: Packed | undefined;
  const say = (message: object): void =>
    void window.dispatchEvent(new CustomEvent(tell, { detail: JSON.stringify(message) }));

  const pack = (value: unknown): Packed => {
    if (typeof value === 'function') {
      functions.set(++last, value as () => unknown);
      return { k: 'f', v: last };
    }
    if (value instanceof Promise) {
      const id = ++last;
      value.then(
        (each) => say({ t: 'settle', id, value: pack(each) }),
        (cause: unknown) => say({ t: 'settle', id, error: messageOf(cause) }),
      );
      return { k: 'p', v: id };
    }
    if (Array.isArray(value)) return { k: 'a', v: value.map(pack) };
    if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
      return { k: 'o', v: Object.entries(value).map(([key, each]) => [key, pack(each)]) };
    return { k: 'v', v: codec.encode(value) };
  };
  const unpack = ({ k, v }: Packed): unknown => {
    if (k === 'f') return (...args: unknown[]) => call(v as number, args);
    if (k === 'p') return new Promise((resolve, reject) => settling.set(v as number, { resolve, reject }));
    if (k === 'a') return (v as Packed[]).map(unpack);
    if (k === 'o') return Object.fromEntries((v as [string, Packed][]).map(([key, each]) => [key, unpack(each)]));
    return codec.decode(v as string);
  };
  const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
  const call = (id: number, args: unknown[]): unknown => {
    returned = undefined;
    say({ t: 'call', id, args: args.map(pack) });
    const answer = returned as Packed | undefined;
    if (answer?.k === 'e') throw new Error(String(answer.v));
    return answer === undefined ? undefined : unpack(answer);
  };
  const freeze = (value: unknown): unknown => {
    if (value !== null && typeof value === 'object') for (const each of Object.values(value)) freeze(each);
    return Object.freeze(value);
  };

  window.addEventListener(hear, (event) => {
    const message = JSON.parse((event as CustomEvent<string>).detail) as Record<string, unknown>;
    if (message['t'] === 'expose')
      Object.defineProperty(window, message['name'] as string, {
        value: freeze(unpack(message['value'] as Packed)),
        writable: false,
        configurable: false,
        enumerable: true,
      });
    if (message['t'] === 'return') returned = message['value'] as Packed;
    if (message['t'] === 'settle') {
      const { resolve, reject } = settling.get(message['id'] as number) ?? {};
      settling.delete(message['id'] as number);
      if ('error' in message) reject?.(new Error(message['error'] as string));
      else resolve?.(unpack(message['value'] as Packed));
    }
    if (message['t'] === 'call') {
      let value: Packed;
      try {
        value = pack(functions.get(message['id'] as number)?.(...(message['args'] as Packed[]).map(unpack)));
      } catch (cause) {
        value = { k: 'e', v: messageOf(cause) };
      }
      say({ t: 'return', value });
    }
  });
  return { expose: (name, api) => say({ t: 'expose', name, value: pack(api) }) };
}

/** What a sandboxed preload has, and nothing else. */
function preloadModules(half: Half, names: WorldNames, codec: ReturnType<typeof makeCodec>) {
  const world = globalThis as unknown as Record<string, (text: string) => void>;
  const toHost = world[names.send];
  const calls = new Map<
    number,
    { readonly resolve: (value: unknown) => void; readonly reject: (cause: unknown) => void }
  >();
  const listeners = new Map<string, ((event: unknown, ...args: unknown[]) => void)[]>();
  let last = 0;
  const missing = (member: string) => (): never => {
    throw new Error(`StandInMissing: ${member}`);
  };
  const ipcRenderer = {
    invoke(channel: string, ...args: unknown[]): Promise<unknown> {
      const id = ++last;
      const text = codec.encode(args);
      return new Promise((resolve, reject) => {
        calls.set(id, { resolve, reject });
        toHost?.(JSON.stringify({ id, channel, args: text }));
      });
    },
    on(channel: string, listener: (event: unknown, ...args: unknown[]) => void): void {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
    },
    send: missing('ipcRenderer.send'),
    sendSync: missing('ipcRenderer.sendSync'),
    once: missing('ipcRenderer.once'),
  };
  world[names.receive] = (text) => {
    const message = JSON.parse(text) as { t: string; id: number; channel: string; value: string; error?: string };
    if (message.t === 'send') {
      for (const listener of listeners.get(message.channel) ?? [])
        listener({ sender: ipcRenderer }, ...(codec.decode(message.value) as unknown[]));
      return;
    }
    const call = calls.get(message.id);
    calls.delete(message.id);
    if (message.error === undefined) call?.resolve(codec.decode(message.value));
    else call?.reject(new Error(message.error));
  };
  const electron = { contextBridge: { exposeInMainWorld: half.expose }, ipcRenderer };
  return (name: string): unknown => {
    if (name === 'electron' || name === 'electron/renderer') return electron;
    throw new Error(`module not found: ${name}`);
  };
}

const halfIn = (hear: string, tell: string): string =>
  `(${bridgeHalf.toString()})(${JSON.stringify(hear)}, ${JSON.stringify(tell)}, (${makeCodec.toString()})())`;

/** For the world of the page. Only the top frame has a preload. */
export const mainWorldScript = ({ toMain, toIsolated }: WorldNames): string =>
  `if (window === window.top) { ${halfIn(toMain, toIsolated)}; }`;

/** For the isolated world: the preload as it was built, with what a sandboxed one may require. */
export const isolatedWorldScript = (names: WorldNames, preload: string): string => `if (window === window.top) {
  const half = ${halfIn(names.toIsolated, names.toMain)};
  const require = (${preloadModules.toString()})(half, ${JSON.stringify(names)}, (${makeCodec.toString()})());
  const module = { exports: {} };
  (function (require, module, exports) { ${preload}\n })(require, module, module.exports);
}`;
