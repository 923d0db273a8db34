import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { HandedSecrets } from '../api/engine-process/messages.ts';
import { writeAtomically } from '../api/settings/atomic-file.ts';
import type { SafeStorage } from './electron-port.ts';

/** What the keychain of the computer does for us; the synchronous calls of Electron are not used. */
export type Keychain = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>;

export interface KeychainSecretsParts {
  readonly keychain: Keychain;
  /** The state folder of the home. */
  readonly state: string;
  readonly platform: NodeJS.Platform;
  /** One sentence for people, where something could not be kept or read. */
  readonly onTrouble: (text: string) => void;
}

const fileShape = z.record(z.string(), z.string());

/**
 * Passwords that only this user of this computer can decrypt. Where there is no keychain, or one whose key anybody
 * knows, nothing is written: passwords last until the program quits.
 */
export class KeychainSecrets {
  readonly #parts: KeychainSecretsParts;
  readonly #path: string;
  #keeps: boolean | undefined;
  #kept: Record<string, string> | undefined;
  #saving: Promise<void> = Promise.resolve();
  /** What could not be decrypted now: it stays in the file for a later start. */
  #locked: Record<string, string> = {};

  constructor(parts: KeychainSecretsParts) {
    this.#parts = parts;
    this.#path = join(parts.state, 'keychain.json');
  }

  /** What the engine is started with. */
  async handOver(): Promise<HandedSecrets> {
    const keeps = await this.#canKeep();
    this.#kept ??= keeps ? await this.#read() : {};
    return { keeping: keeps ? 'keychain' : 'memory', kept: { ...this.#kept } };
  }

  /** Keeps a password from now on, or with `null` forgets it. Resolves when that stands on the disk. */
  set(key: string, password: string | null): Promise<void> {
    const kept = { ...this.#kept };
    delete this.#locked[key];
    if (password === null) delete kept[key];
    else kept[key] = password;
    this.#kept = kept;
    this.#saving = this.#saving.then(() => this.#save(kept));
    return this.#saving;
  }

  /** `basic_text` is a password that stands in the source of Electron: no keychain. */
  async #canKeep(): Promise<boolean> {
    if (this.#keeps !== undefined) return this.#keeps;
    const { keychain, platform } = this.#parts;
    const available = await keychain.isAsyncEncryptionAvailable().catch(() => false);
    const named = platform !== 'linux' || !['basic_text', 'unknown'].includes(keychain.getSelectedStorageBackend());
    this.#keeps = available && named;
    return this.#keeps;
  }

  async #read(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    let again = false;
    for (const [key, encrypted] of Object.entries(this.#file())) {
      try {
        const { result, shouldReEncrypt } = await this.#parts.keychain.decryptStringAsync(
          Buffer.from(encrypted, 'base64'),
        );
        found[key] = result;
        again ||= shouldReEncrypt;
      } catch {
        this.#locked[key] = encrypted;
      }
    }
    const locked = Object.keys(this.#locked);
    if (locked.length > 0)
      this.#parts.onTrouble(
        `The keychain of this computer did not give ${locked.length === 1 ? 'a password' : `${locked.length} passwords`} back. They are kept, and asked for again at the next start.`,
      );
    if (again) this.#saving = this.#saving.then(() => this.#save(found));
    return found;
  }

  #file(): Readonly<Record<string, string>> {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch {
      return {};
    }
    try {
      return fileShape.parse(JSON.parse(text));
    } catch {
      renameSync(this.#path, `${this.#path}.damaged`);
      this.#parts.onTrouble(
        `The passwords in ${this.#path} cannot be read as they are; the file is set aside beside it. Give them again where Tandem asks.`,
      );
      return {};
    }
  }

  async #save(kept: Readonly<Record<string, string>>): Promise<void> {
    if (!(await this.#canKeep())) return;
    try {
      const encrypted: Record<string, string> = { ...this.#locked };
      for (const [key, password] of Object.entries(kept))
        encrypted[key] = (await this.#parts.keychain.encryptStringAsync(password)).toString('base64');
      writeAtomically(this.#path, `${JSON.stringify(encrypted, null, 2)}\n`);
    } catch {
      renameSync(this.#path, `${this.#path}.damaged`);
      this.#parts.onTrouble('The keychain of this computer did not take a password. It lasts until Tandem quits.');
    }
  }
}
