import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import { describeOwnMongo, describeSharedMongo, type SharedMongo } from '../support/mongo-server.ts';
import { OddServer } from '../support/odd-servers.ts';
import { tcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { WindowDriver } from './driver.ts';
import { World } from './world.ts';

const soon = { timeout: 60_000, interval: 50 };

/** A pair whose side B is reached by way of a proxy, and a pair of files. */
async function farPair(mongo: SharedMongo): Promise<{ readonly driver: WindowDriver; readonly proxy: TcpProxy }> {
  const [near, far] = [mongo.url(mongo.newDatabase()), new URL(mongo.url(mongo.newDatabase()))];
  const proxy = await tcpProxy(Number(far.port));
  onTestFinished(() => proxy.close());
  far.port = String(proxy.port);
  far.search = '?directConnection=true&serverSelectionTimeoutMS=2000';
  const world = World.temple();
  const client = new MongoClient(near);
  await client.db().createCollection('orders');
  await client.close();
  // The proxy is in this process, which must not stand still meanwhile.
  const { code, err } = await world.office.start('pair', 'add', 'shop', '--a', near, '--b', far.href, '--create').ended;
  expect([code, err]).toEqual([0, expect.any(String)]);
  const driver = await WindowDriver.start(world);
  onTestFinished(() => driver.close());
  return { driver, proxy };
}

async function leadToPage(proxy: TcpProxy): Promise<void> {
  const page = await OddServer.http();
  onTestFinished(() => page.close());
  proxy.leadTo(page.port);
}

await describeSharedMongo('the network page', 'replica-set', (mongo) => {
  it('[WI92] [WI93] [WI95] says of each server how it answers, since when and what to do, and what happened', async () => {
    const { driver, proxy } = await farPair(mongo);
    const page = await driver.open('/network');
    const servers = page.getByRole('list', { name: 'Servers' }).getByRole('listitem');
    await page.getByRole('button', { name: 'Check now', exact: true }).click();
    await page.getByText('You are online.', { exact: true }).waitFor();
    await expect.poll(() => servers.filter({ hasText: /Answers in \d+ ms/ }).count(), soon).toBe(2);
    await leadToPage(proxy);
    await page.getByRole('button', { name: 'Check now: Remote, shop' }).click();
    await servers
      .filter({ hasText: 'Login page of a Wi-Fi' })
      .getByText(/since \d\d:\d\d · answered last/)
      .waitFor();
    await page.getByText('You are online. 1 server does not answer as it should.').waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: 'shop: ' })
      .getByText('Nothing is lost.', { exact: false })
      .waitFor();
    await proxy.close();
    await page.getByRole('button', { name: 'Check now: Remote, shop' }).click();
    await servers.filter({ hasText: 'Server down' }).waitFor();
    const happened = page.getByRole('table', { name: 'What happened' }).getByRole('row');
    await expect
      .poll(() => happened.nth(1).textContent(), soon)
      .toMatch(/^\d\d:\d\dRemote · shopServer downLogin page of a Wi-Fi/);
    expect(driver.breaches).toEqual([]);
    expect(await driver.violations(page)).toEqual([]);
  });

  it('[WI92] [WI110] no way leads to any server: no network, and the day says so', async () => {
    const { driver } = await farPair(mongo);
    const page = await driver.open('/network');
    const config = join(driver.world.office.home, 'tandem.yaml');
    // An address to which the system itself knows no way: nothing is sent.
    writeFileSync(config, readFileSync(config, 'utf8').replaceAll(/127\.0\.0\.1:\d+/g, '255.255.255.255:27017'));
    await page.getByRole('button', { name: 'Check now', exact: true }).click();
    await page.getByText(/^No network since \d\d:\d\d\.$/).waitFor();
    const servers = page.getByRole('list', { name: 'Servers' }).getByRole('listitem');
    await expect.poll(() => servers.filter({ hasText: 'No network' }).count(), soon).toBe(2);
    await page.getByRole('status').filter({ hasText: 'Look at Wi-Fi, cable and VPN.' }).waitFor();
    await page
      .getByRole('img', { name: /did not answer as it should|answered as it should 0 times/ })
      .first()
      .waitFor();
    expect(driver.breaches).toEqual([]);
  });

  it('[WI93] by keys alone: the watching is stopped and begun, and the servers are asked', async () => {
    const { driver } = await farPair(mongo);
    const page = await driver.open('/network');
    const watch = page.getByRole('switch', { name: 'Watch the network' });
    await expect.poll(() => watch.getAttribute('aria-checked'), soon).toBe('true');
    await watch.focus();
    await page.keyboard.press('Space');
    await expect.poll(() => watch.getAttribute('aria-checked'), soon).toBe('false');
    await page.getByText('Nobody asks by itself', { exact: false }).waitFor();
    await expect.poll(() => page.getByText('asked when you say so').count(), soon).toBe(2);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Checked just now.', { exact: false }).waitFor();
    await watch.focus();
    await page.keyboard.press('Space');
    await expect.poll(() => page.getByText('asked when you say so').count(), soon).toBe(0);
  });
});

await describeOwnMongo(
  'the network page, and a server that asks who comes',
  { kind: 'replica-set', auth: true },
  (start) => {
    it('[WI92] says that the login is refused, until it is let in', async () => {
      const server = await start();
      const [a, b] = [server.url('near'), server.url('far')];
      const client = new MongoClient(a);
      onTestFinished(() => client.close());
      await client.db().createCollection('orders');
      const world = World.temple();
      world.tandem('config', 'set', 'checkIntervalSeconds=3600');
      world.tandem('pair', 'add', 'shop', '--a', a, '--b', b, '--create');
      await client.db('admin').command({ updateUser: 'administrator', pwd: 'another' });
      const driver = await WindowDriver.start(world);
      onTestFinished(() => driver.close());
      const page = await driver.open('/network');
      const servers = page.getByRole('list', { name: 'Servers' }).getByRole('listitem');
      await page.getByRole('button', { name: 'Check now', exact: true }).click();
      await expect.poll(() => servers.filter({ hasText: 'Login refused' }).count(), soon).toBe(2);
      await page.getByRole('status').filter({ hasText: 'does not take this user name and password' }).waitFor();
      await client.db('admin').command({ updateUser: 'administrator', pwd: 'open sesame' });
      await page.getByRole('button', { name: 'Check now', exact: true }).click();
      await expect.poll(() => servers.filter({ hasText: /Answers in \d+ ms/ }).count(), soon).toBe(2);
      await page.getByText('You are online.', { exact: true }).waitFor();
      expect(driver.breaches).toEqual([]);
    });
  },
);
