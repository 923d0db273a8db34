/** What the demo writes to the terminal: short, aligned, and in colour only where a person looks at it. */
export class Screen {
  readonly #write: (text: string) => void;
  readonly #colour: boolean;
  #step = 0;
  #saying = false;

  constructor(write: (text: string) => void, colour: boolean) {
    this.#write = (text) => {
      this.#saying = false;
      write(text);
    };
    this.#colour = colour;
  }

  heading(text: string): void {
    this.#write(`\n${this.#paint('1', `${++this.#step}  ${text}`)}\n`);
  }

  /** A paragraph; one that follows another directly joins it. */
  say(text: string): void {
    this.#write(`${this.#saying ? '' : '\n'}   ${text}\n`);
    this.#saying = true;
  }

  /** A change that another program makes to one of the two databases. */
  edit(file: string, statement: string): void {
    this.#write(`   ${this.#paint('33', file.padEnd(9))} ${statement}\n`);
  }

  command(line: string): void {
    this.#write(`\n   ${this.#paint('36', `$ ${line}`)}\n`);
  }

  output(lines: readonly string[]): void {
    for (const line of lines) this.#write(line === '' ? '\n' : `     ${this.#paint('2', line)}\n`);
  }

  /** Something the demo looked up in the databases themselves. */
  seen(text: string): void {
    this.#write(`   ${this.#paint('32', '✓')} ${text}\n`);
  }

  failure(text: string): void {
    this.#write(`\n${this.#paint('31', text)}\n`);
  }

  #paint(code: string, text: string): string {
    return this.#colour ? `\u001B[${code}m${text}\u001B[0m` : text;
  }
}
