import { createInterface } from 'node:readline/promises';
import { guardLine } from './text/safe-text.ts';
import { styleFor, type Style } from './text/style.ts';

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

  constructor(streams: Streams) {
    this.#streams = streams;
    this.style = styleFor(streams.stdout.isTTY, streams.env);
    this.errorStyle = styleFor(streams.stderr.isTTY, streams.env);
  }

  /** Can a person be asked? */
  get canAsk(): boolean {
    return this.#streams.stdin.isTTY && this.#streams.stderr.isTTY;
  }
  /** Can a line be written over? */
  get canRewrite(): boolean {
    return this.#streams.stderr.isTTY && this.#streams.env['TERM'] !== 'dumb';
  }
  get width(): number {
    return this.#streams.stderr.columns ?? 80;
  }

  out(lines: readonly string[]): void {
    this.clearStatus();
    for (const line of lines) this.#streams.stdout.write(`${guardLine(line, this.style.colors)}\n`);
  }

  /** Text that is JSON or a script, already safe. */
  data(text: string): void {
    this.clearStatus();
    this.#streams.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  say(lines: readonly string[]): void {
    this.clearStatus();
    for (const line of lines) this.#streams.stderr.write(`${guardLine(line, this.errorStyle.colors)}\n`);
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
    // Without line editing of its own the terminal itself turns Ctrl-C into the signal that ends the program.
    const reader = createInterface({ input: this.#streams.stdin, output: this.#streams.stderr, terminal: false });
    const ended = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
    try {
      return await Promise.race([reader.question(guardLine(`${question} `, false), { signal }), ended]);
    } finally {
      reader.close();
    }
  }
}
