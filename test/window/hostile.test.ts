import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

const evil = '<img src=x onerror="window.hurt=1"><script>window.hurt=2</script>';
/** For the name of a file, which holds no slash. */
const evilFile = '<img src=x onerror=window.hurt=3>';
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A pair of which everything that a person can name is a script: files, collections, fields, values, labels, notes. */
function hostileWorld(): World {
  const world = new World();
  const [table, field] = [quoted(evil), quoted(`${evil} field`)];
  const [a, b] = [`${evilFile}-a.db`, `${evilFile}-b.db`];
  const schema = `CREATE TABLE ${table}(id TEXT PRIMARY KEY, ${field} TEXT, other TEXT)`;
  for (const file of [a, b]) world.office.sql(world.path(file), schema);
  world.office.sql(world.path(a), `INSERT INTO ${table} VALUES ('${evil}', '${evil}', 'x'), ('2', 'one', '${evil}')`);
  world.tandem('pair', 'add', 'hostile', '--a', a, '--b', b, '--name-a', evilFile, '--name-b', 'There');
  world.tandem('sync', 'hostile');
  world.office.sql(world.path(a), `UPDATE ${table} SET ${field} = '${evil} here'`);
  world.office.sql(world.path(b), `UPDATE ${table} SET ${field} = '${evil} there'`);
  world.tandem('sync', 'hostile');
  world.tandem('resolve', '1', '--strategy', 'keep_local', '--notes', evil);
  world.tandem('undo', 'run', String(world.lastRun('hostile')));
  world.tandem('config', 'set', 'autoSyncEnabled=false', '--pair', 'hostile');
  world.office.sql(world.path(a), `INSERT INTO ${table} VALUES ('new', '${evil}', NULL)`);
  return world;
}

let driver: WindowDriver;
beforeAll(async () => {
  driver = await WindowDriver.start(hostileWorld());
}, 120_000);
afterAll(() => driver.close());

describe('scripts in whatever databases and files are called, and hold', () => {
  it.each([
    { page: 'the overview', address: '/overview', shows: evilFile },
    { page: 'the inbox', address: '/conflicts', shows: evil },
    { page: 'a record', address: '/conflicts/2?pair=hostile', shows: `${evil} there` },
    { page: 'the runs', address: '/history?show=runs', shows: evil },
    { page: 'the decisions', address: '/history?show=decisions', shows: evil },
    { page: 'the holds', address: '/history?show=holds', shows: evil },
    { page: 'the pair', address: '/pair/hostile/summary', shows: evilFile },
    { page: 'its collections', address: '/pair/hostile/collections', shows: evil },
    { page: 'its rules', address: '/pair/hostile/rules', shows: evil },
    { page: 'the plan', address: '/pair/hostile/plan', shows: evil },
    { page: 'the network', address: '/network', shows: 'hostile' },
    { page: 'a link to a pair that is not there', address: `/pair/${encodeURIComponent(evil)}/summary`, shows: evil },
  ])('[WI38] stand as text on $page, and run nowhere', async ({ address, shows }) => {
    const page = await driver.open(address);
    await page.locator('body').getByText(shows).first().waitFor();
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.evaluate(() => 'hurt' in window)).toBe(false);
    await page.context().close();
  });

  it('[WI38] stand as text in the log, and nothing was asked of elsewhere', async () => {
    const page = await driver.open('/log');
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.evaluate(() => 'hurt' in window)).toBe(false);
    await page.context().close();
    expect(driver.breaches).toEqual([]);
  });
});
