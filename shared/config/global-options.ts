import { z } from 'zod';
import { fullSchema, option } from './option.ts';

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
};

export const globalOptions = fullSchema(globalOptionTable);
export type GlobalOptions = z.infer<typeof globalOptions>;
