import type { Params, Result } from '../../../shared/contract/calls.ts';
import { logLevels } from '../../../shared/contract/window-shapes.ts';
import { redact, redactJson } from '../../../shared/lib/redact.ts';
import { cleanText } from '../../../shared/model/display.ts';
import type { Handlers } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import { linesBackwards, logFilesIn } from '../host/log-lines.ts';
import { knownSecrets } from '../secrets/secret-store.ts';

type Log = Result<'log.read'>;
type Line = Log['lines'][number];

export function logHandlers(host: Host): Pick<Handlers, 'log.read'> {
  return { 'log.read': (params) => readLog(host, params) };
}

async function readLog(host: Host, { limit = 200, level = 'debug', before }: Params<'log.read'>): Promise<Log> {
  const secrets = knownSecrets(host.secrets);
  const least = logLevels.indexOf(level);
  const lines: Line[] = [];
  let broken = 0;
  for await (const text of linesBackwards(logFilesIn(host.paths.logs))) {
    const line = lineFrom(text, secrets);
    if (line === null) {
      broken++;
      continue;
    }
    if (logLevels.indexOf(line.level) < least || (before !== undefined && line.at >= before)) continue;
    // Who asks for what is before the last line gets all that was noted in one moment.
    if (lines.length >= limit && line.at !== lines.at(-1)?.at) return { lines, more: true, broken };
    lines.push(line);
  }
  return { lines, more: false, broken };
}

/** As it was written, and without passwords that were kept since; `null` for what is no line of ours, or was cut off. */
function lineFrom(text: string, secrets: readonly string[]): Line | null {
  const parsed = objectIn(text);
  if (parsed === null) return null;
  const { time, level, msg = '', pair, pid: _pid, ...data } = parsed;
  const known = logLevels.find((each) => each === level);
  if (typeof time !== 'string' || Number.isNaN(Date.parse(time)) || !known || typeof msg !== 'string') return null;
  return {
    at: new Date(time).toISOString(),
    level: known,
    message: redact(cleanText(msg), secrets),
    pair: typeof pair === 'string' ? pair : null,
    data: redactJson(data, secrets) as Line['data'],
  };
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
