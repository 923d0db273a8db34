import { parseArgs } from 'node:util';
import { killSaga, type SagaReport } from '../test/support/kill-saga.ts';

/*
 * node build/kill.ts [--seeds N] [--from S] [--random K] [--rounds R] [--verbose]
 * The kill test for longer: every named point R times and K random kills, per seed, with and without a marker.
 * Exit 1 if a value that a writer was promised is nowhere.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    from: { type: 'string', default: '1' },
    random: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '2' },
    verbose: { type: 'boolean', default: false },
  },
});

function show(seed: number, marker: boolean, report: SagaReport): void {
  const { kills, verdict, missed, mostRecovered, recoveries, runs, errors, folder } = report;
  const { violations, tokens, inEndState, overwrittenByItsReader, inConflict, inBeforeImage, undone } = verdict;
  console.log(
    [
      `seed ${seed} ${marker ? 'with' : 'without'} marker: ${kills} kills, ${runs} runs, ${recoveries} recoveries of at most ${mostRecovered} records`,
      `  ${tokens} values promised: ${inEndState} in the end state, ${overwrittenByItsReader} replaced by somebody who saw them, ${inConflict} in a conflict, ${inBeforeImage} in a before-image (${undone} undone)`,
      ...(missed.length > 0 ? [`  points nobody came to: ${missed.join(', ')}`] : []),
      ...[...new Set(errors)].map((error) => `  said: ${error}`),
      ...violations.map((text) => `  BROKEN ${text}`),
      ...(violations.length > 0 ? [`  kept: ${folder}`] : []),
    ].join('\n'),
  );
}

let broken = 0;
const first = Number(values.from);
for (let seed = first; seed < first + Number(values.seeds); seed++) {
  for (const marker of [true, false]) {
    const report = await killSaga({
      seed,
      marker,
      randomKills: Number(values.random),
      rounds: Number(values.rounds),
      ...(values.verbose ? { onKill: (text: string) => console.log(text) } : {}),
    });
    show(seed, marker, report);
    broken += report.verdict.violations.length;
  }
}
process.exitCode = broken > 0 ? 1 : 0;
