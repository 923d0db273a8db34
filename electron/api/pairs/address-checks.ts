import { countText } from '../../../shared/lib/count-text.ts';
import type { WireAddressTest } from '../../../shared/contract/window-shapes.ts';
import type { Connector } from '../../engine/port/connector.ts';
import { openStages, type OpenStage } from '../../engine/port/open-stage.ts';
import { cloudSign } from '../host/state-folder.ts';

type State = WireAddressTest['checks'][number]['state'];
interface Found {
  readonly state: State;
  readonly sentence: string;
}

const fine: Readonly<Record<OpenStage, string>> = {
  address: 'The address can be read.',
  server: 'The server answers.',
  encryption: 'The connection is encrypted, and the certificate is one that this computer trusts.',
  login: 'The user and the password are taken.',
  rights: 'Everything that Tandem needs is allowed.',
  database: 'The database can be read.',
};
const NOT_REACHED = 'It did not come to that.';
const REQUIRES_LOGIN = /requires authentication/i;

/** What is known of the steps by which a database is opened. */
export class Checks {
  readonly #found = new Map<OpenStage, Found>();
  #isFile = false;
  #names = { user: false };
  kind = '';

  /** The address could be read; what it does not ask for need not be checked. */
  begin(url: string): void {
    const server = /^[a-z][a-z0-9+.-]*:\/\/(?:([^/?#]*)@)?/i.exec(url);
    this.#isFile = server === null;
    this.#names = { user: server?.[1] !== undefined };
    this.#set('address', 'ok', fine.address);
    if (this.#isFile) return this.#ofFile(url);
    this.kind = /^mongodb/i.test(url) ? 'mongodb' : '';
    if (!isEncrypted(url)) this.#set('encryption', 'skipped', 'The address asks for no encrypted connection.');
    if (!this.#names.user) this.#set('login', 'skipped', 'The address names no user.');
  }

  #ofFile(url: string): void {
    this.kind = 'sqlite';
    for (const check of ['server', 'login'] as const) this.#set(check, 'skipped', 'A file on this computer has none.');
    this.#set('encryption', 'skipped', 'The file is opened as it is.');
    const cloud = cloudSign(url.replace(/^sqlite:/i, ''));
    if (cloud)
      this.#set(
        'address',
        'unknown',
        `The file lies in a folder that ${cloud.client} syncs (${cloud.sign}), which may put another file in its place at any time: better keep it elsewhere.`,
      );
  }

  /** It came as far as this, and no further. `sentence` has the reason. */
  failed(stage: OpenStage, sentence: string, why: { readonly code?: string; readonly cause?: unknown } = {}): void {
    // Whoever names no user is told so by a refusal of what he wants to do.
    const isUnnamed = stage === 'rights' && !this.#names.user && REQUIRES_LOGIN.test(String(why.cause));
    const at = isUnnamed ? 'login' : stage;
    this.#set(
      at,
      'failed',
      isUnnamed ? 'The server asks for a user and a password, and the address names none.' : sentence,
    );
    // What a file is and may be done with shows in an order of its own.
    if (this.#isFile) return;
    for (const before of openStages.slice(0, openStages.indexOf(at)))
      if (!this.#found.has(before)) this.#set(before, 'ok', fine[before]);
  }

  /** What whoever is logged in may do. */
  async rights(connector: Connector): Promise<void> {
    const told = await connector.rights?.();
    if (told === undefined) return this.#orElse('rights', 'ok', 'The file can be read and written.');
    if (told.missing === null)
      return this.#orElse('rights', 'unknown', 'It can be read; the server does not tell what else is allowed.');
    if (told.missing.length > 0)
      return this.#orElse(
        'rights',
        'failed',
        `This user may read, and lacks: ${told.missing.join(', ')}. The script for its administrator gives what is needed.`,
      );
    this.#orElse(
      'rights',
      'ok',
      told.asked ? fine.rights : 'The server asks nobody for a user: everything is allowed.',
    );
  }

  /** It was looked at as a whole. */
  database(collections: number): void {
    for (const stage of openStages) if (stage !== 'database') this.#orElse(stage, 'ok', fine[stage]);
    this.#orElse(
      'database',
      'ok',
      collections === 0
        ? 'It holds nothing yet.'
        : `${fine.database.slice(0, -1)}: ${countText(collections, 'collection')}.`,
    );
  }

  get answer(): Pick<WireAddressTest, 'ok' | 'checks'> {
    const checks = openStages.map((check) => ({
      check,
      ...(this.#found.get(check) ?? { state: 'unknown' as const, sentence: NOT_REACHED }),
    }));
    return { ok: checks.every(({ state }) => state !== 'failed') && this.#found.has('database'), checks };
  }

  #set(check: OpenStage, state: State, sentence: string): void {
    this.#found.set(check, { state, sentence });
  }

  #orElse(check: OpenStage, state: State, sentence: string): void {
    if (!this.#found.has(check)) this.#set(check, state, sentence);
  }
}

/** As the driver takes it: an address with SRV asks for encryption by itself. */
function isEncrypted(url: string): boolean {
  const told = /[?&](?:tls|ssl)=(true|false)/i.exec(url)?.[1]?.toLowerCase();
  return told === undefined ? /^mongodb\+srv:/i.test(url) : told === 'true';
}
