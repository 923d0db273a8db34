import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { Office } from '../contract/home-support.ts';
import { Program, shippedDesktop, type ProgramOptions } from '../standin/driver.ts';

/** The shipped programs for the tests of one file; the answer starts one under the stand-in host, whoever ends it. */
type Start = (home: string, more?: Partial<ProgramOptions>) => Program;

export function useDesktop(): Start {
  let shipped: Awaited<ReturnType<typeof shippedDesktop>>;
  beforeAll(async () => {
    shipped = await shippedDesktop();
  });
  afterAll(() => shipped.remove());
  return (home, more = {}) => new Program({ folder: shipped.folder, home, ...more });
}

/** Starts programs for the test that runs. */
export const forOneTest =
  (start: Start): Start =>
  (home, more) => {
    const program = start(home, more);
    onTestFinished(() => program.kill());
    return program;
  };

const TABLE = 'create table products (id integer primary key, name text, price integer);';

/** A home with pairs of two small databases each, in step, and no engine that runs; nothing happens by itself. */
export const officeWith = (...pairs: readonly string[]): Promise<Office> => newOffice(pairs, false);

/** The same, and what changes is carried as it happens. */
export const liveOffice = (...pairs: readonly string[]): Promise<Office> => newOffice(pairs, true);

async function newOffice(pairs: readonly string[], autoSyncEnabled: boolean): Promise<Office> {
  const office = new Office();
  const connection = await office.connect();
  for (const pair of pairs) {
    const rows = Array.from({ length: 12 }, (_, i) => `(${i + 1}, 'thing ${i + 1}', ${i * 10})`).join(',');
    const a = office.sql(`${pair}-a.db`, `${TABLE} insert into products values ${rows};`);
    const b = office.sql(`${pair}-b.db`, TABLE);
    await connection.call('pairs.add', {
      name: pair,
      a,
      b,
      nameA: 'Office',
      nameB: 'Home',
      options: { autoSyncEnabled },
    });
    await connection.call('runs.start', { pair });
  }
  await office.close();
  return office;
}

/** Changes one product on both sides of a pair, differently: the next sync asks about it. */
export function disagree(office: Office, pair: string, id: number): void {
  office.sql(`${pair}-a.db`, `update products set price = 111 where id = ${id}`);
  office.sql(`${pair}-b.db`, `update products set price = 222 where id = ${id}`);
}

/** So many that a sync of them is under way for a while. */
export const SLOW_ROWS = 30_000;
export function slowly(office: Office, pair: string): void {
  office.sql(
    `${pair}-a.db`,
    `with recursive n (i) as (select 1000 union all select i + 1 from n where i < ${999 + SLOW_ROWS})
     insert into products select i, 'many ' || i, i from n`,
  );
}
