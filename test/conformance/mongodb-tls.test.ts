import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { mongodbKind } from '../../electron/connectors/mongodb/mongodb-kind.ts';
import { describeSharedMongo, type SharedMongo } from '../support/mongo-server.ts';
import { selfSigned, type SelfSigned } from '../support/self-signed.ts';
import { mongoOptions } from './mongodb-support.ts';
import { failureOf } from './suite-support.ts';

/** The server behind a front that speaks TLS; answers the address there. */
async function behindTls(mongo: SharedMongo, certificate: SelfSigned): Promise<URL> {
  const straight = new URL(mongo.url(mongo.newDatabase()));
  const port = Number(straight.port);
  const front = createServer(certificate, (client) => {
    const server = connect(port, '127.0.0.1');
    for (const end of [client, server]) end.on('error', () => [client, server].forEach((each) => each.destroy()));
    client.pipe(server).pipe(client);
  });
  front.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void front.close());
  const address = front.address();
  straight.port = String(typeof address === 'object' && address ? address.port : 0);
  straight.search = '?directConnection=true&tls=true&serverSelectionTimeoutMS=3000';
  return straight;
}

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'authority.pem');
  writeFileSync(path, text);
  return path;
}

await describeSharedMongo('encrypted connections to mongodb', 'standalone', (mongo) => {
  test('[MO7] a certificate that nobody trusted has signed is told apart, and is fine once its authority is named', async () => {
    const certificate = selfSigned();
    const url = await behindTls(mongo, certificate);
    const error = await failureOf(mongodbKind.open(mongoOptions(url.href)), 'unreachable');
    expect(error.message).toContain('nobody whom this computer trusts has signed the certificate');
    expect(error.toBody().hint).toContain('tlsCAFile');
    url.searchParams.set('tlsCAFile', fileWith(certificate.cert));
    const connector = await mongodbKind.open(mongoOptions(url.href));
    expect((await connector.describe()).collections).toEqual([]);
    await connector.close();
  });

  test('[MO7] so is a certificate of another name, and a port that speaks no TLS', async () => {
    const certificate = selfSigned([10, 0, 0, 1]);
    const url = await behindTls(mongo, certificate);
    url.searchParams.set('tlsCAFile', fileWith(certificate.cert));
    const other = await failureOf(mongodbKind.open(mongoOptions(url.href)), 'unreachable');
    expect(other.message).toContain('has expired or is made out to another name');
    const plain = new URL(mongo.url(mongo.newDatabase()));
    plain.search = url.search;
    const none = await failureOf(mongodbKind.open(mongoOptions(plain.href)), 'unreachable');
    expect(none.message).not.toContain('certificate of');
  });
});
