import { expect } from 'vitest';
import type { SideName } from '../../electron/engine/settings.ts';
import type { BenchOptions } from './bench-options.ts';
import { Bench, plain, type Row } from './engine-harness.ts';
import type { Tap } from './tapped.ts';

/** Something a pair goes through, that may be interrupted at every call the engine makes to a side or to the state. */
export interface Saga {
  readonly options: BenchOptions;
  /** What comes before; it is never interrupted. */
  prepare(bench: Bench): Promise<void>;
  /** Is done again by the person who finds the program restarted, so it has to do nothing where all is done. */
  act(bench: Bench): Promise<unknown>;
}

export interface Mode {
  readonly name: string;
  readonly capture: boolean;
  readonly marker: boolean;
  readonly batchSize: number;
}
/** A group is one batch, however small the batches are. */
const largestGroup = 2;

export const modes: readonly Mode[] = [
  { name: 'scans, no marker, batches of one', capture: false, marker: false, batchSize: 1 },
  { name: 'streams, a marker, one batch', capture: true, marker: true, batchSize: 1000 },
];

/** Lets the program die at every place and go on; answers how many places there were. */
export async function dieEverywhere(saga: Saga, mode: Mode): Promise<number> {
  const whole = await prepared(saga, mode);
  const places = await placesOf(whole, () => saga.act(whole));
  const wanted = await outcome(whole);
  for (const nth of places) {
    const bench = await prepared(saga, mode);
    await dieAt(bench, nth, () => saga.act(bench));
    await bench.reopen();
    const recovered = await bench.sync();
    expect(recovered.recovered, `looked at again after call ${nth}`).toBeLessThanOrEqual(
      Math.max(mode.batchSize, largestGroup),
    );
    await saga.act(bench);
    expect(await outcome(bench), `after dying before call ${nth}`).toEqual(wanted);
  }
  return places.length;
}

async function prepared(saga: Saga, { capture, marker, batchSize }: Mode): Promise<Bench> {
  const bench = await Bench.open({
    ...saga.options,
    capabilities: { capture, ...saga.options.capabilities },
    settings: { marker, batchSize, ...saga.options.settings },
  });
  await saga.prepare(bench);
  return bench;
}

/**
 * The calls before which to die: the first, and each that follows one that changed a side or the state. To die before
 * any other call leaves exactly what dying before its predecessor leaves.
 */
export async function placesOf(bench: Bench, act: () => Promise<unknown>): Promise<readonly number[]> {
  const calls: string[] = [];
  bench.tap.current = ({ name, when }) => void (when === 'before' && calls.push(name));
  await act();
  bench.tap.current = null;
  return [1, ...calls.flatMap((name, i) => (changing.has(name) && i + 1 < calls.length ? [i + 2] : []))];
}
const changing = new Set(['commit', 'write', 'raise', 'installMarker', 'create', 'remove', 'openPair', 'removePair']);

/** The nth call is never made, and nothing goes on after it: what is durable by then is all there is. */
export async function dieAt(bench: Bench, nth: number, act: () => Promise<unknown>): Promise<void> {
  let calls = 0;
  await dieWhen(bench, ({ when }) => when === 'before' && ++calls === nth, act);
  expect(calls).toBe(nth);
}

/** As `dieAt`, at the first call that `isIt` picks out. */
export async function dieWhen(
  bench: Bench,
  isIt: (call: Parameters<Tap>[0]) => boolean,
  act: () => Promise<unknown>,
): Promise<void> {
  const died = new Promise<void>((resolve) => {
    let dead = false;
    bench.tap.current = (call) => {
      dead ||= isIt(call);
      if (!dead) return undefined;
      resolve();
      return new Promise<void>(() => undefined);
    };
  });
  await Promise.race([died, act()]);
  bench.tap.current = null;
}

/** Everything that must not depend on where the program died: both sides, every single write on them, and what waits. */
async function outcome(bench: Bench): Promise<object> {
  const names = bench.settings.collections.map(({ name }) => name);
  const bases: Record<string, (Row | null)[]> = {};
  for (const name of names) {
    const rows = await bench.store.expected(1, name, 'A', null, 1000);
    const facts = await bench.store.facts(
      1,
      name,
      rows.map(({ key }) => key),
    );
    bases[name] = rows.map(({ key }) => plain(facts.get(key)?.base?.doc ?? null));
  }
  return {
    A: names.map((name) => bench.dump('A', name)),
    B: names.map((name) => bench.dump('B', name)),
    written: [writesOn(bench, 'A'), writesOn(bench, 'B')],
    bases,
    open: (await bench.open()).map(({ collection, key, kind, local, remote }) => [
      collection,
      key,
      kind,
      plain(local),
      plain(remote),
    ]),
    holds: (await bench.engine.holds()).map(({ collection, key, fields, local, remote }) => [
      collection,
      key,
      fields,
      plain(local),
      plain(remote),
    ]),
    brakes: (await bench.engine.brakes()).map(({ collection, kind }) => [collection, kind]),
  };
}

const writesOn = (bench: Bench, side: SideName): readonly string[] =>
  (bench[side].changesAfter(0, 100_000) ?? [])
    .map(({ collection, before, after }) =>
      JSON.stringify([collection, plain(before), plain(after)], (_, value: unknown) =>
        typeof value === 'bigint' ? `${value}n` : value,
      ),
    )
    .sort();
