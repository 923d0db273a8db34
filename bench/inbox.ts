import { copyFileSync } from 'node:fs';
import { indexOf } from '../electron/api/handlers/inbox.ts';
import type { StateStore } from '../electron/engine/state/store.ts';
import type { Bench } from './context.ts';
import { median, ms, ratio, spread, timed, whole } from './figures.ts';
import { newTemplates, openPair, pairFrom, removePairFiles, syncOnce } from './pair.ts';
import { fill, makeFile, openRaw } from './raw.ts';
import { people } from './tables.ts';

/** R9 and the inbox: as many records edited on both sides in one field, and as many in different fields. */
export async function inbox(bench: Bench): Promise<void> {
  const { conflicts, rounds } = bench.sizes;
  const templates = newTemplates();
  makeFile(templates.empty, [people]);
  copyFileSync(templates.empty, templates.full);
  fill(templates.full, people, conflicts * 2);
  const files = pairFrom(templates.full, templates.empty);
  const pair = await openPair(files);
  try {
    bench.say(`inbox: making ${whole(conflicts)} conflicts`);
    await syncOnce(pair);
    sql(files.A, `UPDATE people SET note = 'ours ' || id`);
    sql(files.B, `UPDATE people SET note = 'theirs ' || id WHERE id <= ${conflicts}`);
    sql(files.B, `UPDATE people SET quantity = -id WHERE id > ${conflicts}`);
    const spent = await timed(() => syncOnce(pair));
    const times: number[] = [];
    let recorded = 0;
    let wrong = 0;
    for (let round = 0; round < rounds; round++)
      times.push(
        await timed(async () => {
          const items = await pair.engine.conflicts({});
          recorded = items.filter(({ kind }) => kind === 'update/update').length;
          wrong = items.length - conflicts;
        }),
      );
    const opened = median(times);
    await index(bench, pair.store);
    bench.note({
      id: 'R9',
      what: 'conflicts recorded / made; conflicts where the fields differ',
      value: `${ratio(recorded / conflicts)}; ${wrong}`,
      goal: '1.00; 0',
      reached: recorded === conflicts && wrong === 0,
      made: `${whole(conflicts)} of each, in one run of ${ms(spent)}`,
    });
    bench.note({
      id: 'inbox',
      what: 'all conflicts listed, with their records',
      value: ms(opened),
      goal: '< 1,000 ms',
      reached: opened < 1000,
      made: `${whole(conflicts)} conflicts${spread(times)}`,
    });
  } finally {
    await pair.close();
    removePairFiles(files);
    templates.drop();
  }
}

/** A page of the list of an inbox, with the counts of its filters, and the same for words that are searched. */
async function index(bench: Bench, store: StateStore): Promise<void> {
  const { conflicts, rounds } = bench.sizes;
  const pairs = new Map(
    (await store.listPairs()).map(({ id, name }) => [id, { name, sideLabel: { A: 'This computer', B: 'Remote' } }]),
  );
  const shown = async (id: string, what: string, request: Parameters<typeof indexOf>[2]): Promise<void> => {
    const times: number[] = [];
    let total = 0;
    for (let round = 0; round < rounds; round++)
      times.push(
        await timed(async () => {
          ({ total } = await indexOf(store, pairs, request));
        }),
      );
    bench.note({
      id,
      what,
      value: ms(median(times)),
      goal: '< 200 ms',
      reached: median(times) < 200 && total === conflicts,
      made: `${whole(total)} conflicts${spread(times)}`,
    });
  };
  await shown('inbox page', 'a page of 100 light rows, with the counts of all filters', {});
  await shown('inbox last', 'the last page', { offset: conflicts - 100 });
  await shown('inbox words', 'words searched in all rows', { q: 'differs people' });
}

function sql(path: string, statement: string): void {
  const db = openRaw(path);
  db.exec(statement);
  db.close();
}
