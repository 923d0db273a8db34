import { AppError } from '../../../shared/contract/errors.ts';
import { type Connector, type Identity, isOneDatabase } from '../../engine/port/connector.ts';
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
  /** The pair asks for triggers. */
  readonly triggers?: boolean;
}

/** Opens and describes one side. Creates nothing. */
export async function look(
  host: Host,
  side: SideName,
  address: SplitUrl,
  { mayCreate, isSource, triggers = false }: LookOptions,
): Promise<Looked> {
  const { kind } = kindOf(address.url, host.parts.kinds);
  let connector: Connector;
  try {
    connector = await host.pool.openSide(address.url, address.password, { isSource, triggers });
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

/** What is done to a pair, as the beginning of a sentence. */
export type Doing = 'Adding' | 'Changing';
export const operationOf: Readonly<Record<Doing, string>> = { Adding: 'pairs.add', Changing: 'pairs.edit' };

/** A name that both sides have says of neither which one is meant. */
export function refuseOneName(doing: Doing, pair: string, a: string, b: string): void {
  if (a.trim().toLowerCase() !== b.trim().toLowerCase()) return;
  throw new AppError({
    code: 'value-invalid',
    operation: operationOf[doing],
    message: `${doing} the pair ${pair} failed: both sides would be called ${a}, and no message could tell them apart.`,
    next: 'Nothing was changed.',
    hint: 'Give each side a name of its own with --name-a and --name-b.',
    subject: { pair },
  });
}

/** Two addresses of one database, by whatever path or link. */
export function refuseSame(doing: Doing, pair: string, a: Identity | null, b: Identity | null): void {
  if (a === null || b === null || !isOneDatabase(a, b)) return;
  throw new AppError({
    code: 'same-database',
    operation: operationOf[doing],
    message: `${doing} the pair ${pair} failed: both addresses lead to the same database, ${a.label}.`,
    next: 'Nothing was changed.',
    hint: 'Name two different databases with --a and --b.',
    subject: { pair },
    retry: 'after-user-action',
  });
}
