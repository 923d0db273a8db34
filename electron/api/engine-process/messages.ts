import { z } from 'zod';
import { errorBody } from '../../../shared/contract/error-body.ts';
import { hello } from '../../../shared/contract/system-shapes.ts';

/*
 * What a process that owns an engine and the engine's own process say to each other: plain values that can be cloned,
 * over one channel. Many wires share it, each with a number.
 */

const wire = z.int().positive();

export const wireMessage = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('open'), wire }),
  z.strictObject({ t: z.literal('text'), wire, text: z.string() }),
  z.strictObject({ t: z.literal('close'), wire }),
]);
export type WireMessage = z.infer<typeof wireMessage>;

/** Where passwords are kept by whoever hands them over. */
export const keeping = z.enum(['keychain', 'memory', 'file']);
export type Keeping = z.infer<typeof keeping>;

/** Passwords by `pair/side`. `file`: nothing is handed over, the engine keeps its own file. */
export const handedSecrets = z.strictObject({ keeping, kept: z.record(z.string(), z.string()) });
export type HandedSecrets = z.infer<typeof handedSecrets>;

export const startMessage = z.strictObject({
  t: z.literal('start'),
  /** As `--home`; '' = the folders of the platform. */
  home: z.string(),
  /** Who starts it; others see it. */
  client: z.string(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']),
  secrets: handedSecrets,
});
export type StartMessage = z.infer<typeof startMessage>;

export const toEngine = z.union([startMessage, wireMessage, z.strictObject({ t: z.literal('stop') })]);
export type ToEngine = z.infer<typeof toEngine>;

export const fromEngine = z.union([
  wireMessage,
  /** The engine can be asked. `attached`: it runs in another process. Told again when another engine takes over. */
  z.strictObject({ t: z.literal('running'), attached: z.boolean(), hello }),
  /** It did not start; the process ends after it. */
  z.strictObject({ t: z.literal('failed'), error: errorBody }),
  /** One sentence for people. */
  z.strictObject({ t: z.literal('note'), text: z.string() }),
  /** To be kept from now on, or with `null` to be forgotten. */
  z.strictObject({ t: z.literal('secret'), key: z.string(), password: z.string().nullable() }),
]);
export type FromEngine = z.infer<typeof fromEngine>;
