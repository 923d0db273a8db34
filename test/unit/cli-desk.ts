import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import Database from 'better-sqlite3';
import { connect } from '../../electron/api/connect.ts';
import { resolveHome } from '../../electron/api/host/home.ts';
import { programParts } from '../../electron/api/host/program-parts.ts';
import { Cli, type GlobalOptions } from '../../electron/cli/cli.ts';
import { exitCodeOf } from '../../electron/cli/exit-codes.ts';
import { buildProgram } from '../../electron/cli/program.ts';
import { Terminal } from '../../electron/cli/terminal.ts';
import { errorLines } from '../../electron/cli/text/error-text.ts';
import { plainStyle } from '../../electron/cli/text/style.ts';
import { AppError } from '../../shared/contract/errors.ts';

/** The end of the input: Ctrl-D, or a terminal that was closed. */
export const END = '\u0004';
const silent = { debug() {}, info() {}, warn() {}, error() {} };

export interface Said {
  readonly said: string;
  readonly asked: number;
  readonly code: number;
}

/** A folder with databases and a home, and whoever works there; the real program, in this process. */
export class Desk {
  readonly dir = mkdtempSync(join(tmpdir(), 'tandem-desk-'));

  close(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  database(name: string, sql: string): string {
    const db = new Database(this.path(name));
    db.exec(sql);
    db.close();
    return this.path(name);
  }

  rows(name: string, sql: string): unknown[] {
    const db = new Database(this.path(name));
    try {
      return db.prepare(sql).raw().all();
    } finally {
      db.close();
    }
  }

  /** A script: nobody can be asked, and what goes wrong is said with its exit code. */
  async script(...words: readonly string[]): Promise<Said> {
    try {
      return await this.#run([], false, words);
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause;
      const said = errorLines(cause, plainStyle, (text) => text).join('\n');
      return { said, asked: 0, code: exitCodeOf(cause.code) };
    }
  }

  /** A person at a terminal who types `answers`, one for each question; what goes wrong is thrown. */
  person(answers: readonly (string | AbortController)[], ...words: readonly string[]): Promise<Said> {
    return this.#run(answers, true, words);
  }

  /** A person who sends what is said beside the answer to a file. */
  personWithoutErrors(answers: readonly string[], ...words: readonly string[]): Promise<Said> {
    return this.#run(answers, true, words, false);
  }

  async #run(
    answers: readonly (string | AbortController)[],
    isTTY: boolean,
    words: readonly string[],
    errorsTTY = isTTY,
  ): Promise<Said> {
    const left = [...answers];
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    let said = '';
    let asked = 0;
    for (const stream of errorsTTY === isTTY ? [stdout, stderr] : [stdout])
      stream.on('data', (data: Buffer) => {
        said += data.toString();
        if (!data.toString().includes('(y/N)')) return;
        asked++;
        const answer = left.shift() ?? 'n';
        if (answer instanceof AbortController) setImmediate(() => answer.abort());
        else if (answer === END) setImmediate(() => stdin.end());
        else setImmediate(() => stdin.write(`${answer}\n`));
      });
    const terminal = new Terminal({
      stdin: Object.assign(stdin, { isTTY }) as unknown as NodeJS.ReadStream,
      stdout: Object.assign(stdout, { isTTY }) as unknown as NodeJS.WriteStream,
      stderr: Object.assign(stderr, { isTTY: errorsTTY, columns: 80 }) as unknown as NodeJS.WriteStream,
      env: { NO_COLOR: '1', TERM: 'xterm' },
    });
    let code = -1;
    const program = buildProgram(async (name, work) => {
      const cli = new Cli({
        terminal,
        options: program.opts<GlobalOptions>(),
        signal: (answers.find((each) => each instanceof AbortController) ?? new AbortController()).signal,
        connect: () => connect({ home: resolveHome(this.path('home')), client: name, parts: programParts(silent) }),
        env: () => ({ request: null, missing: [] }),
        prefix: 'tandem',
        launcher: '/opt/tandem/build/tandem.js',
        onHangUp: () => undefined,
        commandNames: [],
        now: () => Date.now(),
        log: () => silent,
      });
      try {
        code = await work(cli);
      } finally {
        await cli.close();
      }
    });
    await program.parseAsync(['node', 'tandem', ...words]);
    return { said, asked, code };
  }
}
