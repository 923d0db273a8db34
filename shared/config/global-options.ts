import { z } from 'zod';
import { fullSchema, option } from './option.ts';
import { notAmong } from './takes.ts';

/** As a browser sends it: lower case, and a port only where it is not the usual one. */
const hostName = z
  .string()
  .max(260)
  .regex(/^(?!.*\.\.)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/);
const hostNames = z.array(hostName);
for (const schema of [hostName, hostNames])
  notAmong.add(schema, {
    why: 'exact names as the address bar shows them, in lower case: sync.example.org or sync.example.org:8443; no `*`, no `https://` and no path',
  });

/** Settings of the whole program, at the top of `tandem.yaml`. */
export const globalOptionTable = {
  logLevel: option(
    z.enum(['debug', 'info', 'warn', 'error']),
    'info',
    'How much the log file tells; `debug` shows every decision, never a secret value.',
    { settable: ['file', 'cli', 'ui', 'env'], env: 'TANDEM_LOG_LEVEL' },
  ),
  busyTimeoutSeconds: option(
    z.number().min(0).max(600),
    5,
    'How long a database that another program has locked is waited for, in seconds.',
  ),
  checkIntervalSeconds: option(
    z.int().min(5).max(86_400),
    30,
    'How often the servers of the pairs are asked whether they answer, in seconds.',
  ),
  trustedHosts: option(
    hostNames,
    [],
    'Names under which a reverse proxy with TLS on this computer hands requests to `tandem serve`, exact, with the port where it is not 443. Whoever reaches them sees the login page; without any, only 127.0.0.1 and localhost are answered.',
  ),
};

export const globalOptions = fullSchema(globalOptionTable);
export type GlobalOptions = z.infer<typeof globalOptions>;
