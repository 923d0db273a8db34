import { connect } from '../../electron/api/connect.ts';
import { resolveHome } from '../../electron/api/host/home.ts';
import { programParts } from '../../electron/api/host/program-parts.ts';
import { silentLog } from '../../electron/engine/ports.ts';
import type { CallName, Params } from '../../shared/contract/calls.ts';
import { AppError } from '../../shared/contract/errors.ts';

/** A program of its own, perhaps of another user: `one-call.ts HOME [CALL JSON]…` prints one line of JSON per answer. */
const [home = '', ...rest] = process.argv.slice(2);
const connection = await connect({ home: resolveHome(home), client: 'one-call', parts: programParts(silentLog) });
for (let i = 0; i < rest.length; i += 2) {
  const params = JSON.parse(rest[i + 1] ?? '{}') as Params<CallName>;
  const line = await connection.call(rest[i] as CallName, params).then(
    (value) => ({ value }),
    (cause: unknown) => ({ error: cause instanceof AppError ? cause.toBody() : String(cause) }),
  );
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
await connection.close();
process.exit(0);
