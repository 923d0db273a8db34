/** What arrives on a wire, in order; kept until somebody listens. */
export class TextInbox {
  #listener: ((text: string) => void) | undefined;
  #waiting: string[] = [];

  take(text: string): void {
    if (this.#listener) this.#listener(text);
    else this.#waiting.push(text);
  }

  onText(listener: (text: string) => void): void {
    this.#listener = listener;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const text of waiting) listener(text);
  }
}
