import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { describeOwnMongo } from '../support/mongo-server.ts';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

const soon = { timeout: 30_000, interval: 50 };

await describeOwnMongo('a pair of two MongoDB databases with users', { kind: 'replica-set', auth: true }, (start) => {
  test('[WI42] [WI43] [WI52] a wrong password is told and mended at its field, kept nowhere; an index is made on request', async () => {
    const server = await start();
    const client = await new MongoClient(server.url('admin')).connect();
    await client
      .db('office_here')
      .collection('members')
      .insertMany([
        { _id: 'M-1' as never, name: 'Devika' },
        { _id: 'M-2' as never, name: 'Gopal' },
      ]);
    await client.db('office_there').createCollection('members');
    const driver = await WindowDriver.start(new World());
    try {
      const { password, username } = new URL(server.url('office_here'));
      const page = await driver.open('/add/1');
      const typed = {
        'This computer': server.url('office_here'),
        Remote: server.url('office_there').replace(`:${password}@`, ':not-this-0ne@'),
      };
      for (const [side, address] of Object.entries(typed)) {
        const card = page.getByRole('region', { name: side });
        await card.getByRole('radio', { name: 'MongoDB' }).click();
        await card.getByRole('textbox', { name: 'Address' }).fill(address);
        await card.getByRole('textbox', { name: 'Address' }).blur();
      }
      await page.getByRole('textbox', { name: 'Name of the pair' }).fill('office');
      await page.getByRole('button', { name: 'Test both connections' }).click();
      await page.getByText('This computer is ready. Remote needs a look.').waitFor();
      await page.getByText(/Fine so far: address, server/).waitFor();
      const field = page.getByLabel(`Password of ${decodeURIComponent(username)}`);
      await field.fill(decodeURIComponent(password));
      await field.press('Enter');
      await page.getByText('Both sides are ready.').waitFor();
      await page.getByRole('link', { name: 'Choose collections' }).click();
      const kept = await page.evaluate(() =>
        JSON.stringify([
          Object.entries(sessionStorage),
          Object.entries(localStorage),
          location.href,
          document.body.innerText,
        ]),
      );
      expect(kept).toContain('office_there');
      for (const secret of [password, decodeURIComponent(password), 'not-this-0ne']) expect(kept).not.toContain(secret);
      await page.getByRole('button', { name: 'Compare both sides' }).click();
      await page.getByRole('button', { name: 'Start: copy 2 records' }).click();
      await page.getByRole('heading', { name: 'office is in step.' }).waitFor();
      const there = client.db('office_there').collection<{ _id: string; name: string }>('members');
      expect((await there.find({}, { sort: { _id: 1 } }).toArray()).map(({ name }) => name)).toEqual([
        'Devika',
        'Gopal',
      ]);
      const config = readFileSync(join(driver.world.office.home, 'tandem.yaml'), 'utf8');
      expect(config).toContain('office_there');
      expect(config).not.toContain(password);

      await there.createIndex({ name: 1 }, { unique: true });
      await page.goto(`${driver.url}/#/pair/office/schema`);
      await page.getByRole('heading', { name: '1 definition differs' }).waitFor();
      await page.getByRole('button', { name: 'Make 1 index' }).click();
      await page.getByText('1 index was made.').waitFor();
      const made = await client.db('office_here').collection('members').indexes();
      expect(made.map(({ key, unique }) => [key, unique])).toContainEqual([{ name: 1 }, true]);
      await expect.poll(() => page.getByRole('heading', { name: '1 definition differs' }).count(), soon).toBe(0);
      expect(driver.breaches).toEqual([]);
    } finally {
      await driver.close();
      await client.close();
    }
  });
});
