import { copyFileSync, truncateSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  dumpOf,
  edit,
  makeSides,
  newPairFiles,
  openFilePair,
  removePairFiles,
  type OpenPair,
  type PairFiles,
} from '../support/file-pair.ts';
import { expectHolds, markers } from '../support/restore-judge.ts';
import { snapshot } from '../support/restore-world.ts';
import { tappedConnector } from '../support/tapped.ts';

const schema = 'CREATE TABLE members (id INTEGER PRIMARY KEY, name TEXT, phone TEXT)';
const rows = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
  INSERT INTO members SELECT i, 'Member ' || i, '+49 ' || i FROM n`;
const today = `UPDATE members SET phone = '+49 30 ' || id WHERE id <= 12; DELETE FROM members WHERE id = 50;
  INSERT INTO members VALUES (101, 'New', NULL)`;

/** Counts the moments of a run that have to do with Remote, and does something at one of them. */
class Moments {
  readonly #at: number;
  readonly #acts: (() => void)[];
  #seen = 0;
  where = '';
  isOn = false;

  /** `acts`: at that moment, and at those which follow it. */
  constructor(at: number, acts: readonly (() => void)[]) {
    this.#at = at;
    this.#acts = [...acts];
  }

  get isPast(): boolean {
    return this.where !== '';
  }

  reach(where: string): void {
    if (!this.isOn) return;
    if (this.#seen++ < this.#at) return;
    this.where ||= where;
    this.#acts.shift()?.();
  }

  /** What the run left no moment for happens after it, and after one more. */
  async finish(sync: () => Promise<unknown>): Promise<void> {
    this.isOn = false;
    for (const act of this.#acts.splice(0)) {
      await sync();
      act();
    }
  }
}

const prototype = Database.prototype as { exec(text: string): Database.Database };

/** Tells of what writes to the file, as SQLite itself is told. */
function hearWrites(path: string, around: (text: string, work: () => void) => void): () => void {
  const exec = Reflect.get(prototype, 'exec') as (this: Database.Database, text: string) => Database.Database;
  prototype.exec = function (this: Database.Database, text) {
    if (this.name === path && /^(BEGIN IMMEDIATE|COMMIT)$/.test(text)) around(text, () => exec.call(this, text));
    else exec.call(this, text);
    return this;
  };
  return () => void (prototype.exec = exec);
}

interface World {
  readonly files: PairFiles;
  readonly pair: OpenPair;
  readonly moments: Moments;
  readonly sync: () => Promise<unknown>;
}

/** In step since yesterday, and edited here today. */
async function world(marker: boolean, at: number, acts: (files: PairFiles) => readonly (() => void)[]): Promise<World> {
  const files = newPairFiles();
  onTestFinished(() => removePairFiles(files));
  makeSides(files, schema, rows, { A: 'wal', B: 'delete' });
  const moments = new Moments(at, acts(files));
  const pair = await openFilePair(files, {
    marker,
    connector: (side, real) =>
      side === 'A'
        ? real
        : tappedConnector(real, side, ({ name, when }) => {
            if (when === 'after') moments.reach(`after ${name}`);
          }),
  });
  onTestFinished(() => pair.close());
  const sync = (): Promise<unknown> =>
    pair.engine.sync({ trigger: 'live', who: 'the test' }).catch((error: unknown) => error);
  await sync();
  edit(files.A, "UPDATE members SET name = 'Sixty' WHERE id = 60");
  await sync();
  await snapshot(files.B, `${files.B}.old`);
  edit(files.A, "UPDATE members SET name = 'Member sixty' WHERE id = 60");
  await sync();
  edit(files.A, today);
  return { files, pair, moments, sync };
}

/**
 * What is not as it has to be: nothing is lost or reverted here, the two are equal or it is asked about in true words,
 * and the answer brings Remote up to date. What was deleted comes back with it, as the question says.
 */
async function faultsOf({ files, pair, moments, sync }: World): Promise<readonly string[]> {
  const here = dumpOf(files.A);
  await sync();
  const isSame = isDeepStrictEqual(dumpOf(files.A), here);
  const brakes = await pair.engine.brakes();
  const isAsked = brakes.length > 0 || isDeepStrictEqual(dumpOf(files.B), here);
  const isTrue = brakes.every(({ cause }) => cause.startsWith('Remote was restored to an earlier state'));
  for (const { id } of brakes) await pair.engine.answerBrake(id, 'bring-back', 'the test');
  expectHolds(dumpOf(files.A), here);
  const isWell = isDeepStrictEqual(dumpOf(files.A), dumpOf(files.B)) && (await pair.engine.compare()).equal;
  const faults = { isSame, isAsked, isTrue, isWell };
  return Object.entries(faults).flatMap(([name, holds]) => (holds ? [] : [`${name} fails, copied ${moments.where}`]));
}

const copyBack = ({ B }: PairFiles): void => copyFileSync(`${B}.old`, B);

describe.each(markers)("yesterday's copy over the file of Remote at every moment, $with", ({ marker }) => {
  it.each([
    ['at once', (files: PairFiles) => [() => copyBack(files)]],
    ['emptied, and filled a moment later', (files: PairFiles) => [() => truncateSync(files.B), () => copyBack(files)]],
  ] as const)(
    '[L6] %s',
    async (_, acts) => {
      const faults: string[] = [];
      for (let at = 0; ; at++) {
        const made = await world(marker, at, acts);
        const { files, moments, sync } = made;
        const stop = hearWrites(files.B, (text, work) => {
          moments.reach(`before ${text}`);
          work();
          moments.reach(`after ${text}`);
        });
        onTestFinished(stop);
        moments.isOn = true;
        await sync();
        stop();
        if (!moments.isPast) break;
        await moments.finish(sync);
        await sync();
        faults.push(...(await faultsOf(made)));
        await made.pair.close();
      }
      expect(faults).toEqual([]);
    },
    600_000,
  );
});
