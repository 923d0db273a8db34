import { describe, expect, it, onTestFinished } from 'vitest';
import type { BrakeReport } from '../../electron/engine/reports/waiting.ts';
import { dumpOf, edit } from '../support/file-pair.ts';
import type { LoopProcess } from '../support/loop-process.ts';
import { expectHolds, expectSettled, markers, reopen, world } from '../support/restore-judge.ts';
import {
  checkpoint,
  copyOver,
  inStep,
  quietRun,
  removeSidecars,
  renameOver,
  startLoop,
} from '../support/restore-world.ts';

const STOP_MS = 5_000;

/** The brake that the loop reports, from now on. */
async function brakeOf(loop: LoopProcess): Promise<BrakeReport> {
  const from = loop.lines.length;
  let seen = 0;
  const brake = await loop.heard((line) => (seen++ >= from && 'run' in line ? line.run.brakes[0] : undefined), STOP_MS);
  if (!brake) throw new Error(`No brake stands: ${JSON.stringify(loop.lines.slice(-3))}`);
  return brake;
}

const ways = [
  { way: 'copied over the file', put: copyOver, kind: 'restored', words: /restored to an earlier state/ },
  { way: 'renamed into its place', put: renameOver, kind: 'replaced', words: /was replaced/ },
] as const;
const cases = ways.flatMap((way) => markers.map((marker) => ({ ...way, ...marker })));

describe.each(cases)("yesterday's copy of Remote $way while the loop runs, $with", ({ put, kind, words, marker }) => {
  const modes = { A: 'wal', B: 'delete' } as const;

  it('[L6] stops with the cause in plain words; bring back gives Remote what this computer has', async () => {
    const { world: restored, loop } = await world(marker, modes);
    const { files, yesterday } = restored;
    const [here, then] = [dumpOf(files.A), dumpOf(yesterday.B)];
    put(yesterday.B, files.B);
    const brake = await brakeOf(loop);
    await loop.stop();
    expect(brake).toMatchObject({ kind, side: 'B', collection: '' });
    expect(brake.cause).toMatch(words);
    expect(brake.cause).toContain('Remote');
    expect(dumpOf(files.A)).toEqual(here);
    expect(dumpOf(files.B)).toEqual(then);
    const pair = await reopen(restored);
    await pair.engine.answerBrake(brake.id, 'bring-back', 'the test');
    expectHolds(dumpOf(files.A), here);
    await expectSettled(pair, restored);
  });

  it('[L6] let go makes this computer what Remote is again', async () => {
    const { world: restored, loop } = await world(marker, modes);
    const { files, yesterday } = restored;
    put(yesterday.B, files.B);
    const brake = await brakeOf(loop);
    await loop.stop();
    const pair = await reopen(restored);
    await pair.engine.answerBrake(brake.id, 'let-go', 'the test');
    expect(dumpOf(files.A)).toEqual(dumpOf(yesterday.B));
    await expectSettled(pair, restored);
  });
});

describe.each(markers)("yesterday's state directory, $with", ({ marker }) => {
  it.each(['bring-back', 'let-go'] as const)(
    '[L6] stops, copies nothing before the answer, and %s leads to equal sides',
    async (answer) => {
      const { world: restored, loop } = await world(marker, { A: 'wal', B: 'wal' });
      const { files, yesterday } = restored;
      await loop.stop();
      removeSidecars(files.state);
      copyOver(yesterday.state, files.state);
      edit(files.A, "INSERT INTO members VALUES (990, 'M-990', 'Only here', NULL)");
      edit(files.B, 'DELETE FROM visits WHERE id = 50');
      const [here, there] = [dumpOf(files.A), dumpOf(files.B)];
      const again = startLoop(files, marker);
      onTestFinished(() => again.stop());
      const brake = await brakeOf(again);
      await quietRun(again);
      await again.stop();
      expect(brake).toMatchObject({ kind: 'state-older', collection: '' });
      expect(brake.cause).toMatch(/own notes .* older/);
      expect(dumpOf(files.A)).toEqual(here);
      expect(dumpOf(files.B)).toEqual(there);
      const pair = await reopen(restored);
      await pair.engine.answerBrake(brake.id, answer, 'the test');
      if (answer === 'bring-back') expectHolds(dumpOf(files.A), here);
      await expectSettled(pair, restored);
    },
  );
});

describe.each(markers)('a WAL database with programs at work, $with', ({ marker }) => {
  const accidents = [
    { text: 'copied over the main file', put: copyOver },
    {
      text: 'copied over the main file after -wal and -shm were removed',
      put(copy: string, path: string): void {
        removeSidecars(path);
        copyOver(copy, path);
      },
    },
  ];

  it.each(accidents)(
    "[L6] yesterday's copy $text: this computer keeps what it has, and a start stops",
    async ({ put }) => {
      const { world: restored, loop } = await world(marker, { A: 'wal', B: 'wal' });
      const { files, yesterday } = restored;
      const here = dumpOf(files.A);
      checkpoint(files.B);
      put(yesterday.B, files.B);
      edit(files.B, "UPDATE members SET phone = 'changed after the accident' WHERE id = 70");
      await afterRuns(loop, 6);
      await loop.stop();
      const again = startLoop(files, marker);
      onTestFinished(() => again.stop());
      const stop = await stopOf(again);
      await afterRuns(again, 3);
      await again.stop();
      expect(stop).toMatch(/restored to an earlier state|damaged|malformed/);
      expect(dumpOf(files.A)).toEqual(here);
    },
  );

  it("[L6] yesterday's copy over the main file under a -wal of today: nothing of yesterday reaches this computer", async () => {
    const { world: restored, loop } = await world(marker, { A: 'wal', B: 'wal' });
    const { files, yesterday } = restored;
    checkpoint(files.B);
    edit(files.A, "UPDATE members SET phone = 'the last call' WHERE id = 40");
    await inStep(loop, files);
    const here = dumpOf(files.A);
    copyOver(yesterday.B, files.B);
    edit(files.B, "UPDATE members SET phone = 'changed after the accident' WHERE id = 70");
    await afterRuns(loop, 6);
    await loop.stop();
    const again = startLoop(files, marker);
    onTestFinished(() => again.stop());
    const stop = await stopOf(again);
    await again.stop();
    expect(dumpOf(files.A)).toEqual(here);
    expect(stop).toMatch(/restored to an earlier state|damaged|malformed/);
  });
});

/** What stops the loop from now on: the cause of a brake, or an error. */
async function stopOf(loop: LoopProcess): Promise<string> {
  const from = 0;
  let seen = 0;
  const cause = await loop.heard((line) => {
    if (seen++ < from) return undefined;
    if ('error' in line) return line.error.message;
    return 'run' in line ? line.run.brakes[0]?.cause : undefined;
  }, STOP_MS);
  return cause ?? `nothing: ${JSON.stringify(loop.lines.slice(-3))}`;
}

async function afterRuns(loop: LoopProcess, count: number): Promise<void> {
  const until = loop.lines.length + count;
  let seen = 0;
  await loop.heard(() => (++seen >= until ? true : undefined), STOP_MS);
}
