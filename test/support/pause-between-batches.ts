import { existsSync, writeFileSync } from 'node:fs';
import { SqliteSide } from '../../electron/connectors/sqlite/sqlite-side.ts';

/*
 * Loaded before the program (`node --import`): the real command stands still between two batches of a run, when a side
 * is asked for its second batch. In the folder TANDEM_TEST_PAUSE the file `paused` appears then, and the process goes on
 * once there is a file `go`.
 */
const folder = process.env['TANDEM_TEST_PAUSE'];
const write = Reflect.get(SqliteSide.prototype, 'write') as SqliteSide['write'];
const batches = new WeakMap<SqliteSide, number>();

if (folder !== undefined)
  SqliteSide.prototype.write = function counted(this: SqliteSide, ...batch: Parameters<SqliteSide['write']>) {
    const number = (batches.get(this) ?? 0) + 1;
    batches.set(this, number);
    if (number === 2 && !existsSync(`${folder}/paused`)) standStill(folder);
    return write.apply(this, batch);
  };

/** As a stopped process does: nothing of it goes on, no timer and no other call. */
function standStill(at: string): void {
  writeFileSync(`${at}/paused`, '');
  const bell = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(`${at}/go`)) Atomics.wait(bell, 0, 0, 10);
}
