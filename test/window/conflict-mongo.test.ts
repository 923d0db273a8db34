import { MongoClient } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import { describeSharedMongo } from '../support/mongo-server.ts';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

const soon = { timeout: 60_000, interval: 50 };

await describeSharedMongo('a document of MongoDB in the window', 'replica-set', (mongo) => {
  it('[WI84] [WI85] is compared line by line, joined, decided, and is one document on both sides', async () => {
    const urls = [mongo.url(mongo.newDatabase()), mongo.url(mongo.newDatabase())] as const;
    const clients = urls.map((url) => new MongoClient(url));
    onTestFinished(async () => void (await Promise.all(clients.map((client) => client.close()))));
    const days = clients.map((client) => client.db().collection<{ _id: string; plan: object }>('days'));
    await days[0]?.insertOne({ _id: 'D-1', plan: { opens: 6, note: 'quiet', hall: 'north', closes: 9 } });
    const world = new World();
    world.tandem('pair', 'add', 'temple', '--a', urls[0], '--b', urls[1], '--create');
    world.tandem('sync', 'temple');
    await days[0]?.updateOne({ _id: 'D-1' }, { $set: { plan: { opens: 5, note: 'lamps', hall: 'north', closes: 9 } } });
    await days[1]?.updateOne({ _id: 'D-1' }, { $set: { plan: { opens: 6, note: 'music', hall: 'north', closes: 8 } } });
    world.tandem('sync', 'temple');
    const driver = await WindowDriver.start(world);
    onTestFinished(() => driver.close());
    const [conflict] = world.office.json('conflicts') as { readonly id: number }[];
    const page = await driver.open(`/conflicts/${conflict?.id}?pair=temple`);
    await page.getByRole('button', { name: 'Join line by line' }).click();
    await page
      .getByText(/ is not decided yet$/)
      .first()
      .waitFor();
    await page
      .getByRole('radiogroup', { name: /^Place \d/ })
      .getByRole('radio', { name: /^Remote.*music/s })
      .click();
    await page.getByRole('button', { name: 'Write to both sides' }).click();
    const agreed = { _id: 'D-1', plan: { opens: 5, note: 'music', hall: 'north', closes: 8 } };
    await expect
      .poll(() => Promise.all(days.map((each) => each.findOne({ _id: 'D-1' }))), soon)
      .toEqual([agreed, agreed]);
    expect(driver.breaches).toEqual([]);
  });
});
