import type { WireDecision } from '../../../shared/contract/window-shapes.ts';
import type { BrakeAnswer } from '../../../shared/model/words.ts';
import { cleanText } from '../../../shared/model/display.ts';
import type { BrakeRow, RunRow } from '../../engine/state/stored.ts';
import { momentOf } from '../mapping/values.ts';
import type { HistoryOf } from './history-of.ts';

const said: Readonly<Record<BrakeAnswer, string>> = {
  'bring-back': 'Had it brought back',
  'let-go': 'Let it go',
  keep: 'Left it stopped',
};

/** The answers of persons to brakes. */
export async function answeredBrakes({ store, id, name, undone }: HistoryOf): Promise<WireDecision[]> {
  const brakes = (await store.brakes(id, true)).filter(({ answer }) => answer !== null);
  if (brakes.length === 0) return [];
  const runs = await store.runsBy(id, 'brake');
  const entries: WireDecision[] = [];
  for (const brake of brakes) {
    const run = brake.answer === 'keep' ? null : runOf(brake, runs);
    entries.push({
      id: `brake-${brake.id}`,
      pair: name,
      at: momentOf(brake.answeredAt ?? brake.at),
      by: brake.answeredBy ?? '',
      kind: 'brake',
      subject: null,
      records: brake.count,
      what: `${said[brake.answer ?? 'keep']}${brake.collection === '' ? '' : ` (${cleanText(brake.collection, 60)})`}: ${cleanText(brake.cause, 300)}`,
      notes: '',
      run: run?.id ?? null,
      undone: run ? await undone(run.id) : null,
    });
  }
  return entries;
}

/** An answer is taken within the run that carries it out. */
const runOf = ({ answeredAt }: BrakeRow, runs: readonly RunRow[]): RunRow | undefined =>
  runs.find(
    ({ startedAt, endedAt }) =>
      answeredAt !== null && startedAt <= answeredAt && (endedAt === 0 || answeredAt <= endedAt),
  );
