import type { Happening } from './faults.ts';
import type { Director, Script, Step } from './walk.ts';

/** Does again what is written down; what is no longer possible is passed over. */
export class ByScript implements Director {
  readonly #script: Script;
  #at = 0;

  constructor(script: Script) {
    this.#script = script;
  }

  next(): Step | null {
    return this.#script[this.#at++] ?? null;
  }

  during(_world: unknown, _label: string, index: number): readonly Happening[] {
    const step = this.#script[this.#at - 1];
    return step?.s === 'call' ? step.during.filter((one) => one.at === index).map((one) => one.what) : [];
  }
}
