import { z } from 'zod';
import type { AppErrorBody } from './errors.ts';
import type { WindowBridge } from '../transport/bridge.ts';
import type { helloRequest } from './system-shapes.ts';
import { moment } from './values.ts';

/*
 * What the window of the desktop program can ask for beside the engine's calls, and the form in which all of it reaches
 * its pages: `window.tandem`. What crosses it is plain data; an error comes as its body, since the bridge between a page
 * and its preload keeps no more of an error than its message.
 */

const themes = ['system', 'light', 'dark'] as const;

/** Everything that the window can have the shell do. */
export const shellCalls = {
  'file.pick': {
    params: z.strictObject({ kind: z.enum(['sqlite', 'any']), title: z.string().max(200).optional() }),
    /** `null`: the person chose none. */
    result: z.strictObject({ path: z.string().nullable() }),
  },
  /** Opens a page of the project in the browser; addresses that are not on the list are refused. */
  'link.open': {
    params: z.strictObject({ url: z.string().max(2000) }),
    result: z.strictObject({ opened: z.boolean() }),
  },
  'theme.get': { params: z.strictObject({}), result: z.strictObject({ theme: z.enum(themes), dark: z.boolean() }) },
  'theme.set': {
    params: z.strictObject({ theme: z.enum(themes) }),
    result: z.strictObject({ theme: z.enum(themes), dark: z.boolean() }),
  },
  'login.get': {
    params: z.strictObject({}),
    /** `why`: why it cannot be set, or what the system still asks for; '' = nothing. */
    result: z.strictObject({ on: z.boolean(), why: z.string() }),
  },
  'login.set': {
    params: z.strictObject({ on: z.boolean() }),
    result: z.strictObject({ on: z.boolean(), why: z.string() }),
  },
  /** Tries to start a stopped engine at once. */
  'engine.retry': { params: z.strictObject({}), result: z.strictObject({}) },
  quit: { params: z.strictObject({}), result: z.strictObject({}) },
} as const;
export type ShellCalls = typeof shellCalls;
export type ShellCallName = keyof ShellCalls;
export type ShellParams<N extends ShellCallName> = z.input<ShellCalls[N]['params']>;
export type ShellResult<N extends ShellCallName> = z.output<ShellCalls[N]['result']>;
export const isShellCall = (name: string): name is ShellCallName => Object.hasOwn(shellCalls, name);

/** How the engine's process is, as a window hears of it. */
export const engineNews = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('starting') }),
  /** `attached`: the engine of another program that runs on this home, e.g. of `tandem serve`. */
  z.strictObject({ state: z.literal('running'), attached: z.boolean() }),
  z.strictObject({ state: z.literal('stopped'), reason: z.string(), hint: z.string(), nextTry: moment.nullable() }),
]);
export type EngineNews = z.infer<typeof engineNews>;

/** From the window to the main process, on the channel `rpc`. A connection is one wire to the engine. */
export const upMessage = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('text'), connection: z.string().min(1).max(64), text: z.string() }),
  z.strictObject({ t: z.literal('close'), connection: z.string().min(1).max(64) }),
  z.strictObject({ t: z.literal('news') }),
  z.strictObject({ t: z.literal('shell'), name: z.string().max(64), params: z.unknown() }),
]);
export type UpMessage = z.infer<typeof upMessage>;

/** From the main process to the window, on the channel `event`, in order. */
export type DownMessage =
  | { readonly t: 'text'; readonly connection: string; readonly text: string }
  | { readonly t: 'closed'; readonly connection: string }
  | { readonly t: 'engine'; readonly news: EngineNews }
  | { readonly t: 'route'; readonly route: string };

/** What the main process answers to a message: never an error object, which would lose its parts on the way. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: AppErrorBody };

/** What a window is told about its engine when it asks, and what it greets that engine with. */
export interface EngineAnswer {
  readonly news: EngineNews;
  readonly greeting: z.input<typeof helloRequest>;
}

/** What stands in a page of the desktop program as `window.tandem`. */
export interface DesktopBridge extends WindowBridge {
  /** How the engine's process is: at once, and whenever it changes. The answer ends it. */
  onEngine(listener: (news: EngineNews) => void): () => void;
  /** A page that the tray or a notification wants to be shown, e.g. `#/conflicts/7`. */
  onRoute(listener: (route: string) => void): () => void;
  /** Has the shell do something. Never rejects. */
  shell<N extends ShellCallName>(name: N, params: ShellParams<N>): Promise<Outcome>;
}
