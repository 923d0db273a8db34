import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../../../shared/contract/calls.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { Connector } from '../../engine/port/connector.ts';
import type { CallContext } from '../dispatcher.ts';
import { tellRun } from '../handlers/tell.ts';
import type { Host } from '../host/host.ts';
import { preparePrivateFolder } from '../host/state-folder.ts';
import { addPair } from '../pairs/add.ts';
import { removePair } from '../pairs/edit.ts';
import { sampleEdits } from './edits.ts';
import { sampleOffice } from './office.ts';
import { sampleTables } from './tables.ts';
import { edit, insertRows } from './write-rows.ts';

const NAME = 'sample';

/** The pair to try everything with, over two files of its own. What fails half-way leaves nothing behind. */
export async function makeSample(host: Host, context: CallContext): Promise<Result<'sample.make'>> {
  const folder = join(host.paths.given || host.paths.state, NAME);
  const [a, b] = [join(folder, 'this-computer.db'), join(folder, 'remote.db')];
  refuseTwice(host, folder);
  preparePrivateFolder(folder);
  let added = false;
  try {
    await using(host, a, async (connector) => {
      await connector.setup?.create(sampleTables);
      await insertRows(connector, sampleOffice());
    });
    await addPair(host, { name: NAME, a, b, create: true, count: false }, context.signal);
    added = true;
    await sync(host, context);
    const edits = sampleEdits();
    await using(host, a, (connector) => edit(connector, edits.A));
    await using(host, b, (connector) => edit(connector, edits.B));
    await sync(host, context);
    return { pair: NAME, a, b };
  } catch (cause) {
    if (added) await removePair(host, NAME, { purge: true, unstamp: false });
    rmSync(folder, { recursive: true, force: true });
    throw cause;
  }
}

async function using(host: Host, path: string, work: (connector: Connector) => Promise<void>): Promise<void> {
  const connector = await host.pool.openSide(path, null, { create: true });
  try {
    await work(connector);
  } finally {
    await connector.close();
  }
}

const sync = (host: Host, { who, signal }: CallContext): Promise<void> =>
  host.pool.use(NAME, 'sides', async (open) => {
    await tellRun(host, open, await open.engine.sync({ trigger: 'manual', who, signal }));
  });

function refuseTwice(host: Host, folder: string): void {
  const isPair = Object.hasOwn(host.config.load().pairs, NAME);
  if (!isPair && !existsSync(folder)) return;
  throw new AppError({
    code: 'already-exists',
    operation: 'sample.make',
    message: `Making the sample failed: ${isPair ? `there is a pair ${NAME} already` : `${folder} is there already`}.`,
    next: 'Nothing was changed.',
    hint: isPair
      ? `Use it as it is, or remove the pair ${NAME} and the folder ${folder} first.`
      : `Remove the folder ${folder} if nobody needs what is in it.`,
    subject: { pair: NAME, path: folder },
    retry: 'after-user-action',
  });
}
