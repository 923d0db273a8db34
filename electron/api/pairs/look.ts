import { AppError } from '../../../shared/contract/errors.ts';
import type { Connector, Identity } from '../../engine/port/connector.ts';
import type { SideSchema } from '../../engine/port/schema.ts';
import type { SideName } from '../../engine/settings.ts';
import type { Host } from '../host/host.ts';
import { missingFolder } from '../host/missing-side.ts';
import { kindOf } from '../host/open-sides.ts';
import type { SplitUrl } from '../secrets/split-url.ts';

/** One side as it was found. `connector: null`: there is nothing yet, and it may be created. */
export interface Looked {
  readonly side: SideName;
  readonly kind: string;
  readonly connector: Connector | null;
  readonly identity: Identity | null;
  readonly schema: SideSchema;
}

const NOTHING: SideSchema = { collections: [], reported: [], version: '' };

export interface LookOptions {
  /** A missing file counts as an empty database. */
  readonly mayCreate: boolean;
  readonly isSource: boolean;
}

/** Opens and describes one side. Creates nothing. */
export async function look(
  host: Host,
  side: SideName,
  address: SplitUrl,
  { mayCreate, isSource }: LookOptions,
): Promise<Looked> {
  const { kind } = kindOf(address.url, host.parts.kinds);
  let connector: Connector;
  try {
    connector = await host.pool.openSide(address.url, address.password, { isSource });
  } catch (cause) {
    const folder = missingFolder(cause);
    if (folder) throw folder;
    if (mayCreate && cause instanceof AppError && cause.code === 'file-missing')
      return { side, kind, connector: null, identity: null, schema: NOTHING };
    throw cause;
  }
  try {
    return { side, kind, connector, identity: await connector.identity(), schema: await connector.describe() };
  } catch (cause) {
    await connector.close();
    throw cause;
  }
}

/** Two addresses of one database, by whatever path or link. */
export function refuseSame(pair: string, a: Pick<Looked, 'identity'>, b: Pick<Looked, 'identity'>): void {
  if (a.identity === null || b.identity === null || a.identity.id !== b.identity.id) return;
  throw new AppError({
    code: 'same-database',
    operation: 'pairs.add',
    message: `Adding the pair ${pair} failed: both addresses lead to the same database, ${a.identity.label}.`,
    next: 'Nothing was changed.',
    hint: 'Name two different databases with --a and --b.',
    subject: { pair },
    retry: 'after-user-action',
  });
}
