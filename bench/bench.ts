import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './context.ts';
import { delta } from './delta.ts';
import type { Figure } from './figures.ts';
import { firstCopy } from './first-copy.ts';
import { inbox } from './inbox.ts';
import { kills } from './kills.ts';
import { live } from './live.ts';
import { loadNow, machineLine } from './machine.ts';
import { memory } from './memory.ts';
import { mongo } from './mongo.ts';
import { forDocument, forTerminal, writeInto } from './report.ts';
import { scan } from './scan.ts';
import { sizesFor, type Sizes } from './sizes.ts';

/*
 * node bench/bench.ts [--only copy,delta,scan,inbox,kills,memory,live,mongo] [--n N] [--k K] [--large N] [--rounds R] [--quick] [--write]
 * The figures of docs/performance.md for a pair of two SQLite files, and of live and mongo for two MongoDB servers. They are reported and never fail: a goal that is
 * not reached is said. --quick only shows that everything runs. --write puts the table of each part into docs/performance.md.
 */
const parts: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  copy: firstCopy,
  delta,
  scan,
  inbox,
  kills,
  memory,
  live,
  mongo,
};

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    n: { type: 'string' },
    k: { type: 'string' },
    large: { type: 'string' },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

function sizes(): Sizes {
  const given = Object.entries({ n: values.n, k: values.k, large: values.large, rounds: values.rounds });
  const numbers = given.flatMap(([name, text]) => (text === undefined ? [] : [[name, Number(text)] as const]));
  for (const [name, number] of numbers)
    if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} takes a whole number from 1`);
  return { ...sizesFor(values.quick), ...Object.fromEntries(numbers) };
}

function chosen(): readonly (readonly [string, (bench: Bench) => Promise<void>])[] {
  const names = values.only?.split(',') ?? Object.keys(parts);
  return names.map((name) => {
    const part = parts[name];
    if (!part) throw new Error(`There is no bench ${name}; there are ${Object.keys(parts).join(', ')}`);
    return [name, part] as const;
  });
}

let figures: Figure[] = [];
const bench: Bench = {
  sizes: sizes(),
  note(figure) {
    const noted = { ...figure, load: loadNow() };
    figures.push(noted);
    console.log(`${forTerminal(noted)}\n`);
  },
  say: (text) => void (process.stderr.isTTY && console.error(text)),
};

/** A part that broke leaves the last table as it is. */
function write(part: string): void {
  const command = `npm run bench -- ${process.argv.slice(2).join(' ')}`;
  const day = new Date().toISOString().slice(0, 10);
  const table = forDocument(figures, { command, machine: machineLine(), day });
  writeInto(join(import.meta.dirname, '..', 'docs', 'performance.md'), part, table);
  console.log(`Written into docs/performance.md: ${part}.\n`);
}

console.log(`SQLite and SQLite, base documents on: ${machineLine()}; load ${loadNow()}\n`);
for (const [name, part] of chosen()) {
  figures = [];
  try {
    await part(bench);
    if (values.write) write(name);
  } catch (error) {
    // A bench that breaks is a line of the result like any other.
    const made = error instanceof Error ? error.message : String(error);
    bench.note({ id: name, what: 'this bench did not run to its end', value: 'broke', goal: '', reached: null, made });
  }
}
