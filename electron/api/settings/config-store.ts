import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Document } from 'yaml';
import { AppError } from '../../../shared/contract/errors.ts';
import type { ConfigFile } from '../../../shared/config/schema.ts';
import { makeFolder } from '../host/state-folder.ts';
import { writeAtomically } from './atomic-file.ts';
import { configError, parseConfig, type FileProblem, type Parsed } from './config-file.ts';

const NEW_FILE = '# Tandem. Every key is explained in docs/configuration.md.\nversion: 1\n';

/** The configuration file. It is read again whenever it is asked for: a person may edit it while the engine runs. */
export class ConfigStore {
  readonly path: string;
  /** What was made of the text that stood in the file last. */
  #known: { readonly text: string; readonly file: ConfigFile } | null = null;

  constructor(path: string) {
    this.path = path;
  }

  get exists(): boolean {
    return existsSync(this.path);
  }

  /** Fails with `config-invalid` or `config-newer`; changes nothing, also no older version on disk. */
  load(): ConfigFile {
    const text = this.#read();
    if (this.#known?.text !== text) this.#known = { text, file: this.#usable(text).file };
    return this.#known.file;
  }

  /** What is wrong with the file; empty if nothing is. */
  check(): readonly FileProblem[] {
    const parsed = parseConfig(this.#read());
    return parsed.ok ? [] : parsed.problems;
  }

  /** Rules of a usable file that decide nothing as they stand. */
  undecided(): readonly FileProblem[] {
    const parsed = parseConfig(this.#read());
    return parsed.ok ? parsed.undecided : [];
  }

  /**
   * Changes the file as it stands now. The result is checked before it is written; then it replaces the old one at
   * once, which is kept as the last one that worked. Comments and order stay.
   */
  update(change: (document: Document) => void): ConfigFile {
    const before = this.#read();
    const { document } = this.#usable(before);
    change(document);
    const text = document.toString({ lineWidth: 0 });
    const after = parseConfig(text);
    if (!after.ok) throw badChange(after.problems);
    this.#write(before, text);
    return after.file;
  }

  #write(before: string, text: string): void {
    try {
      makeFolder(dirname(this.path));
      if (this.exists) writeAtomically(this.#lastGood, before);
      writeAtomically(this.path, text);
    } catch (cause) {
      throw this.#writeFailed(cause as NodeJS.ErrnoException);
    }
  }

  get #lastGood(): string {
    return `${this.path}.last-good`;
  }

  #read(): string {
    try {
      return readFileSync(this.path, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return NEW_FILE;
      throw new AppError({
        code: 'config-invalid',
        operation: 'config',
        message: `Reading the configuration ${this.path} failed: ${(cause as NodeJS.ErrnoException).code === 'EISDIR' ? 'it is a folder' : 'it cannot be opened'}.`,
        next: 'Nothing was changed.',
        hint: 'Check the file and its permissions.',
        subject: { path: this.path },
        retry: 'after-user-action',
        cause: (cause as Error).message,
      });
    }
  }

  #usable(text: string): Parsed & { ok: true } {
    const parsed = parseConfig(text);
    if (parsed.ok) return parsed;
    throw configError(this.path, parsed, existsSync(this.#lastGood) ? this.#lastGood : null);
  }

  #writeFailed({ code, message }: NodeJS.ErrnoException): AppError {
    const full = code === 'ENOSPC' || code === 'EDQUOT';
    return new AppError({
      code: full ? 'disk-full' : 'read-only',
      operation: 'config',
      message: `Saving the configuration ${this.path} failed: ${full ? 'the disk is full' : 'it cannot be written'}.`,
      next: 'The file is as it was.',
      hint: full ? 'Make room, then give the command again.' : 'Make the file and its folder writable.',
      subject: { path: this.path },
      retry: 'after-user-action',
      cause: message,
    });
  }
}

function badChange(problems: readonly FileProblem[]): AppError {
  return new AppError({
    code: 'config-invalid',
    operation: 'config.set',
    message: `Changing the configuration failed: ${problems[0]?.text ?? 'the result would not be valid.'}`,
    next: 'Nothing was changed.',
    hint: '`tandem config show` lists every key with what it takes.',
  });
}
