import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { destination, pino } from 'pino';
import { redact, redactJson } from '../../../shared/lib/redact.ts';
import { cleanText } from '../../../shared/model/display.ts';
import type { Log } from '../../engine/ports.ts';
import { preparePrivateFolder } from './state-folder.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export const LOG_FILE = 'tandem.log';
const MOST_BYTES = 5 * 1024 * 1024;

/**
 * A log file of JSON lines, 0600, rotated once at the start when it has grown. Nothing that looks like a credential
 * and no control character gets into it. Several processes may write: each line is one write.
 */
export function openLogFile(dir: string, level: LogLevel): Log & { readonly path: string; close(): void } {
  preparePrivateFolder(dir);
  const path = join(dir, LOG_FILE);
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MOST_BYTES) renameSync(path, `${path}.1`);
  const target = destination({ dest: path, sync: true, append: true, mode: 0o600 });
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    target,
  );
  const write = (at: LogLevel, message: string, data: object | undefined): void => {
    if (!logger.isLevelEnabled(at)) return;
    const safe = data === undefined ? {} : (redactJson(JSON.parse(JSON.stringify(data, plain))) as object);
    logger[at](safe, redact(cleanText(message)));
  };
  return {
    path,
    debug: (message, data) => write('debug', message, data),
    info: (message, data) => write('info', message, data),
    warn: (message, data) => write('warn', message, data),
    error: (message, data) => write('error', message, data),
    close: () => target.end(),
  };
}

/** What JSON has no form for, in one that people can read. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return value instanceof Error ? `${value.name}: ${value.message}` : value;
}
