import { expect, onTestFinished } from 'vitest';
import { dumpOf, openFilePair, removePairFiles, type Dump, type OpenPair, type Row } from './file-pair.ts';
import { aDayLater, type RestoreWorld } from './restore-world.ts';

export const markers = [
  { with: 'with a marker', marker: true },
  { with: 'without a marker', marker: false },
] as const;

export async function reopen({ files, marker }: RestoreWorld): Promise<OpenPair> {
  const pair = await openFilePair(files, { marker });
  onTestFinished(() => pair.close());
  return pair;
}

/** A world that goes with the test. */
export async function world(marker: boolean, modes: Parameters<typeof aDayLater>[1]) {
  const made = await aDayLater(marker, modes);
  onTestFinished(async () => {
    await made.loop.stop();
    removePairFiles(made.world.files);
  });
  return made;
}

const rowsIn = (dump: Dump, table: string): Map<unknown, Row> =>
  new Map((dump[table] ?? []).map((row) => [row['id'], row]));

/** Every record of `part` stands in `whole` as it was. */
export function expectHolds(whole: Dump, part: Dump): void {
  for (const table of Object.keys(part)) {
    const held = rowsIn(whole, table);
    for (const [id, row] of rowsIn(part, table)) expect(held.get(id), `${table} ${String(id)}`).toEqual(row);
  }
}

/** Three more syncs change nothing any more, and both sides are equal. */
export async function expectSettled({ engine }: OpenPair, { files }: RestoreWorld): Promise<void> {
  const settled = dumpOf(files.A);
  for (let i = 0; i < 3; i++) await engine.sync({ trigger: 'manual', who: 'the test' });
  expect(dumpOf(files.A)).toEqual(settled);
  expect(dumpOf(files.B)).toEqual(settled);
  expect((await engine.compare()).equal).toBe(true);
}
