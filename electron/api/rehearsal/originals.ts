import { AppError } from '../../../shared/contract/errors.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';
import type { Connector, Identity, Side } from '../../engine/port/connector.ts';
import { sideNames, type SideName } from '../../engine/settings.ts';
import type { Host } from '../host/host.ts';
import { isSourceOnly } from '../settings/pair-settings.ts';

export type Both<T> = Readonly<Record<SideName, T>>;

/**
 * One side as the person has it. Its connection is the rehearsal's own and only reads, so that every write that is
 * seen through it, also one of this engine, was made by somebody else.
 */
export class Original {
  readonly label: string;
  readonly identity: string;
  /** How often it was changed, where it counts that. */
  readonly version: number;
  readonly kind: string;
  readonly #connector: Connector;
  readonly #side: Side;
  readonly #token: string;

  private constructor(parts: {
    readonly connector: Connector;
    readonly side: Side;
    readonly token: string;
    readonly identity: Identity;
  }) {
    this.#connector = parts.connector;
    this.#side = parts.side;
    this.#token = parts.token;
    this.kind = parts.connector.kind;
    this.identity = parts.identity.id;
    this.version = parts.identity.version ?? 0;
    this.label = parts.identity.label;
  }

  static async of(connector: Connector): Promise<Original> {
    const side = await connector.bind([]);
    const token = (await side.gate?.token()) ?? '';
    return new Original({ connector, side, token, identity: await connector.identity() });
  }

  /** `unsupported` for a kind that makes no copies. */
  async copyTo(path: string, signal: AbortSignal): Promise<void> {
    const { setup } = this.#connector;
    if (!setup?.copyTo) throw cannotCopy(this);
    await setup.copyTo(path, signal);
  }

  /** Has anybody written to it since it was opened here? */
  async wasWritten(): Promise<boolean> {
    return ((await this.#side.gate?.token()) ?? '') !== this.#token;
  }
}

/** Opens both sides apart from the pool, for as long as `work` takes. */
export async function withOriginals<T>(
  host: Host,
  pair: string,
  { entry, work }: { readonly entry: PairEntry; readonly work: (originals: Both<Original>) => Promise<T> },
): Promise<T> {
  const opened: Connector[] = [];
  const open = async (side: SideName): Promise<Original> => {
    const { url } = side === 'A' ? entry.a : entry.b;
    const connector = await host.pool.openSide(url, host.secrets.get(pair, side), {
      isSource: isSourceOnly(entry, side),
    });
    opened.push(connector);
    return Original.of(connector);
  };
  try {
    return await work({ A: await open('A'), B: await open('B') });
  } finally {
    for (const connector of opened) await connector.close();
  }
}

export async function forBoth<T>(work: (side: SideName) => Promise<T>): Promise<Both<T>> {
  const [A, B] = [await work('A'), await work('B')];
  return { A, B };
}

export const sumOfBoth = (numbers: Both<number>): number => sideNames.reduce((sum, side) => sum + numbers[side], 0);

function cannotCopy({ label, kind }: Original): AppError {
  return new AppError({
    code: 'unsupported',
    operation: 'runs.rehearse',
    message: `Rehearsing failed: ${label} is a database of kind ${kind}, of which no throw-away copy can be made.`,
    next: 'Nothing was copied, and nothing was synced.',
    hint: 'See what a sync would do without writing anything: tandem plan',
  });
}
