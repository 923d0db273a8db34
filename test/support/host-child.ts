import { connect } from '../../electron/api/connect.ts';
import { resolveHome } from '../../electron/api/host/home.ts';
import { programParts } from '../../electron/api/host/program-parts.ts';
import { silentLog } from '../../electron/engine/ports.ts';
import { AppError } from '../../shared/contract/errors.ts';

/**
 * A command in a process of its own: `host-child.ts HOME hold` stays connected until its input ends;
 * `host-child.ts HOME sync PAIR` makes one call. Prints one line of JSON per thing that happened.
 */
const [home = '', command = '', pair = ''] = process.argv.slice(2);
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const connection = await connect({
  home: resolveHome(home),
  client: `child ${command}`,
  parts: programParts(silentLog),
  onNote: (note) => say({ note }),
});
say({ connected: true, attached: connection.attached, engine: connection.hello.engine, pid: process.pid });
if (command === 'sync') {
  const run = await connection.call('runs.start', { pair }).then(
    ({ status }) => status,
    (cause: unknown) => (cause instanceof AppError ? cause.code : String(cause)),
  );
  say({ run });
}
if (command === 'hold') {
  await connection.subscribe((event) => say({ event: event.name }));
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.once('end', resolve));
}
await connection.close();
say({ closed: true });
process.exit(0);
