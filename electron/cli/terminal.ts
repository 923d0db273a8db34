import { createInterface } from 'node:readline/promises';
import { guardLine } from './text/safe-text.ts';
import { styleFor, type Style } from './text/style.ts';
import { wrapped } from './text/wrap.ts';

/** Where a command reads and writes. A test passes its own. */
export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Data goes to stdout, progress and everything else that is said to stderr; nothing raw gets to either. */
export class Terminal {
  readonly style: Style;
  readonly errorStyle: Style;
  readonly #streams: Streams;
  #status = false;
  #asking = false;
  /** Where in a line a command begins, which is to stay on one line however long it is; -1: nowhere. */
  commandAt: (line: string) => number = () => -1;

  constructor(streams: Streams) {
    this.#streams = streams;
    this.style = styleFor(streams.stdout.isTTY, streams.env);
    this.errorStyle = styleFor(streams.stderr.isTTY, streams.env);
  }

  /** Can a person be asked? */
  get canAsk(): boolean {
    return this.#streams.stdin.isTTY && this.#questions !== null;
  }
  /** Where a question is seen: what is said may go to a file while the answer still comes from a person. */
  get #questions(): NodeJS.WriteStream | null {
    const { stderr, stdout } = this.#streams;
    return stderr.isTTY ? stderr : stdout.isTTY ? stdout : null;
  }
  /** Does any stream belong to a terminal, which can be closed? */
  get isTerminal(): boolean {
    const { stdin, stdout, stderr } = this.#streams;
    return [stdin, stdout, stderr].some(({ isTTY }) => isTTY);
  }
  /** Can a line be written over? */
  get canRewrite(): boolean {
    return this.#streams.stderr.isTTY && this.#streams.env['TERM'] !== 'dumb';
  }
  /** Does a question wait for its answer? */
  get asking(): boolean {
    return this.#asking;
  }
  get width(): number {
    return this.#streams.stderr.columns ?? 80;
  }

  out(lines: readonly string[]): void {
    this.clearStatus();
    this.#write(this.#streams.stdout, lines, this.style);
  }

  /** Text that is JSON or a script, already safe. */
  data(text: string): void {
    this.clearStatus();
    if (this.#streams.stdout.writable) this.#streams.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  say(lines: readonly string[]): void {
    this.clearStatus();
    this.#write(this.#streams.stderr, lines, this.errorStyle);
  }

  /** Prose fits the width of a terminal; what goes to a file or a program is left as it is. */
  #write(stream: NodeJS.WriteStream, lines: readonly string[], { colors }: Style): void {
    // Its reader has gone.
    if (!stream.writable) return;
    const width = stream.isTTY ? (stream.columns ?? Infinity) : Infinity;
    for (const line of lines.flatMap((each) => each.split('\n')))
      for (const part of wrapped(guardLine(line, colors), width, this.commandAt)) stream.write(`${part}\n`);
  }

  /** One line that the next one replaces; nothing where lines cannot be replaced. */
  status(line: string): void {
    if (!this.canRewrite) return;
    const short = line.length > this.width - 1 ? `${line.slice(0, this.width - 2)}…` : line;
    this.#streams.stderr.write(`\r\u001b[K${guardLine(short, false)}`);
    this.#status = true;
  }

  clearStatus(): void {
    if (!this.#status) return;
    this.#status = false;
    this.#streams.stderr.write('\r\u001b[K');
  }

  /** What the person types; '' at the end of input. */
  async ask(question: string, signal: AbortSignal): Promise<string> {
    this.clearStatus();
    // An end that was typed at an earlier question is the answer to all that follow: nothing more can be read.
    if (this.#streams.stdin.readableEnded) return '';
    // Without line editing of its own the terminal itself turns Ctrl-C into the signal that ends the program.
    const reader = createInterface({
      input: this.#streams.stdin,
      output: this.#questions ?? this.#streams.stderr,
      terminal: false,
    });
    const ended = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
    this.#asking = true;
    try {
      return await Promise.race([reader.question(guardLine(`${question} `, false), { signal }), ended]);
    } finally {
      this.#asking = false;
      reader.close();
    }
  }
}
