import { chmodSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/contract/errors.ts';
import type { SideName } from '../../engine/settings.ts';
import { writeAtomically } from '../settings/atomic-file.ts';
import { secretsIn, secretVariable } from './split-url.ts';

/** Passwords of sides, outside configuration, logs and command lines. */
export interface SecretStore {
  get(pair: string, side: SideName): string | null;
  /** What was kept, whatever the environment says. */
  kept(pair: string, side: SideName): string | null;
  /** Keeps it, and says in one sentence where. */
  set(pair: string, side: SideName, password: string): string;
  remove(pair: string): void;
  /** Everything known, to be blotted out of texts. */
  all(): readonly string[];
}

/** Those to be blotted out of a text: an unreadable store is an error of its own, and must not hide what is told here. */
export function knownSecrets(store: SecretStore): readonly string[] {
  try {
    return store.all();
  } catch {
    return [];
  }
}

const fileShape = z.record(z.string(), z.string());

/** Without a keychain: the environment wins, else a file that only its owner can read. */
export class FileSecretStore implements SecretStore {
  readonly path: string;
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(state: string, env: Readonly<Record<string, string | undefined>> = process.env) {
    this.path = join(state, 'secrets.json');
    this.#env = env;
  }

  get(pair: string, side: SideName): string | null {
    return this.#env[secretVariable(pair, side)] ?? this.kept(pair, side);
  }

  kept(pair: string, side: SideName): string | null {
    return this.#read()[`${pair}/${side}`] ?? null;
  }

  set(pair: string, side: SideName, password: string): string {
    this.#write({ ...this.#read(), [`${pair}/${side}`]: password });
    return `This computer has no keychain for Tandem: the password of side ${side} is kept in ${this.path}, which only you can read, and in no other place. To keep it out of that file, set ${secretVariable(pair, side)} instead.`;
  }

  remove(pair: string): void {
    const kept = Object.entries(this.#read()).filter(([key]) => !key.startsWith(`${pair}/`));
    if (kept.length > 0) this.#write(Object.fromEntries(kept));
    else rmSync(this.path, { force: true });
  }

  all(): readonly string[] {
    const fromEnv = Object.entries(this.#env).filter(([name]) => name.startsWith('TANDEM_SECRET_'));
    return [...Object.values(this.#read()), ...fromEnv.map(([, value]) => value ?? '')]
      .flatMap(secretsIn)
      .filter((secret) => secret !== '');
  }

  #read(): Readonly<Record<string, string>> {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw unusable(this.path);
    }
    // Somebody may have copied it about: it is tightened before it is believed to be private.
    if (process.platform !== 'win32' && (statSync(this.path).mode & 0o077) !== 0) chmodSync(this.path, 0o600);
    try {
      return fileShape.parse(JSON.parse(text));
    } catch {
      throw unusable(this.path);
    }
  }

  #write(secrets: Readonly<Record<string, string>>): void {
    writeAtomically(this.path, `${JSON.stringify(secrets, null, 2)}\n`);
  }
}

function unusable(path: string): AppError {
  return new AppError({
    code: 'config-invalid',
    operation: 'secrets',
    message: `Reading the passwords in ${path} failed: the file cannot be read as it is.`,
    next: 'No database was opened.',
    hint: 'Move the file away and give the passwords again with `tandem pair edit`, or set TANDEM_SECRET_<PAIR>_<SIDE>.',
    subject: { path },
    retry: 'after-user-action',
  });
}
