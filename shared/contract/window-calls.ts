import { z } from 'zod';
import { call } from './call.ts';
import {
  activity,
  addressTest,
  conflictIndex,
  conflictIndexRequest,
  decision,
  logLevels,
  logLines,
  ruleTrial,
  triedRule,
} from './window-shapes.ts';
import { moment, name } from './values.ts';

/** What a window asks for that no command does. */
export const windowCalls = {
  'conflicts.index': call(
    'GET /api/v1/conflicts/index',
    'A page of conflicts as light rows, oldest first, and how many each filter would show; looks at no side.',
    conflictIndexRequest,
    conflictIndex,
  ),
  'pairs.activity': call(
    'GET /api/v1/pairs/:pair/activity',
    'What moved in the last days of this computer, 14 unless said: by day, of one or two days by hour.',
    z.strictObject({ pair: name, days: z.int().positive().max(366).optional() }),
    activity,
  ),
  'decisions.list': call(
    'GET /api/v1/decisions',
    'What was decided, the newest first, by persons and by rules in their place; what was decided with one word is one entry. As far back as the history is kept.',
    z.strictObject({ pair: name.optional(), limit: z.int().positive().max(1000).optional() }),
    z.array(decision),
  ),
  'sides.test': call(
    'POST /api/v1/sides/test',
    'Opens the database at an address once and says of each step whether it is fine; writes nothing and keeps nothing. A password stands in the address, and stays nowhere.',
    z.strictObject({ address: z.string().min(1).max(10_000), name: name.optional() }),
    addressTest,
  ),
  'rules.try': call(
    'POST /api/v1/pairs/:pair/rules/try',
    'How a rule would have decided the conflicts of a collection that persons decided, as far as their values are kept. Changes nothing.',
    z.strictObject({ pair: name, collection: name, rule: triedRule }),
    ruleTrial,
  ),
  'sample.make': call(
    'POST /api/v1/sample',
    'Makes two small databases of an invented office below the home and a pair over them, in which a few conflicts wait. Refused where it stands already; removing the pair leaves the two files.',
    z.strictObject({}),
    z.strictObject({ pair: name, a: z.string(), b: z.string() }),
  ),
  'log.read': call(
    'GET /api/v1/log',
    'The last lines of the log files, the newest first, without anything that looks like a password. `level`: the least; `before`: only older ones.',
    z.strictObject({
      limit: z.int().positive().max(5000).optional(),
      level: z.enum(logLevels).optional(),
      before: moment.optional(),
    }),
    logLines,
  ),
};
