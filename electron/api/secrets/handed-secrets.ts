import type { SideName } from '../../engine/settings.ts';
import type { FileSecretStore, SecretStore } from './secret-store.ts';
import { secretsIn, secretVariable } from './split-url.ts';

export interface HandedSecretsParts {
  /** Where the command line keeps passwords on this home. */
  readonly file: FileSecretStore;
  /** What was handed over at the start, by `pair/side`. */
  readonly kept: Readonly<Record<string, string>>;
  readonly keeping: 'keychain' | 'memory';
  /** Has it kept, or with `null` forgotten, by whoever handed the others over. */
  readonly tell: (key: string, password: string | null) => void;
}

const sides: readonly SideName[] = ['A', 'B'];

/**
 * Passwords that another process keeps, e.g. in the keychain of the computer. The environment wins; what stands in the
 * file of the command line is used, and moves over as soon as a password of its pair is set.
 */
export class HandedSecretStore implements SecretStore {
  readonly #parts: HandedSecretsParts;
  readonly #kept: Map<string, string>;

  constructor(parts: HandedSecretsParts) {
    this.#parts = parts;
    this.#kept = new Map(Object.entries(parts.kept));
  }

  get(pair: string, side: SideName): string | null {
    return this.#kept.has(`${pair}/${side}`) && process.env[secretVariable(pair, side)] === undefined
      ? this.kept(pair, side)
      : this.#parts.file.get(pair, side);
  }

  kept(pair: string, side: SideName): string | null {
    return this.#kept.get(`${pair}/${side}`) ?? this.#parts.file.kept(pair, side);
  }

  set(pair: string, side: SideName, password: string): string {
    this.#moveOver(pair);
    this.#put(`${pair}/${side}`, password);
    return this.#parts.keeping === 'keychain'
      ? `The password of side ${side} is kept in the keychain of this computer, and in no other place.`
      : `This computer has no keychain that is unlocked: the password of side ${side} is kept until Tandem quits, and asked for after that. To have it found each time, set ${secretVariable(pair, side)}.`;
  }

  remove(pair: string): void {
    for (const side of sides) {
      if (this.#kept.delete(`${pair}/${side}`)) this.#parts.tell(`${pair}/${side}`, null);
    }
    this.#parts.file.remove(pair);
  }

  all(): readonly string[] {
    return [...[...this.#kept.values()].flatMap(secretsIn), ...this.#parts.file.all()].filter((each) => each !== '');
  }

  /** A password that is replaced must not stay behind in a file. */
  #moveOver(pair: string): void {
    const found = sides.flatMap((side) => {
      const password = this.#parts.file.kept(pair, side);
      return password === null ? [] : [{ key: `${pair}/${side}`, password }];
    });
    for (const { key, password } of found) if (!this.#kept.has(key)) this.#put(key, password);
    if (found.length > 0) this.#parts.file.remove(pair);
  }

  #put(key: string, password: string): void {
    this.#kept.set(key, password);
    this.#parts.tell(key, password);
  }
}
