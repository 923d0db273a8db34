import { valueAt, type BsonElement } from '../../../engine/port/bson-value.ts';
import type { Value } from '../../../engine/port/value.ts';
import type { Walk } from './walk.ts';

/** Where the elements of one document stand, for as long as it is looked at: no object is made for each of them. */
export class Spots {
  #spots = new Int32Array(3 * 64);

  set(at: number, { type, from, to }: Walk): void {
    if (3 * at + 3 > this.#spots.length) this.#grow();
    this.#spots[3 * at] = type;
    this.#spots[3 * at + 1] = from;
    this.#spots[3 * at + 2] = to;
  }

  value(document: Buffer, at: number): Value {
    return valueAt(this.#at(3 * at), document, this.#at(3 * at + 1), this.#at(3 * at + 2));
  }

  element(document: Buffer, at: number): BsonElement {
    return { type: this.#at(3 * at), bytes: document.subarray(this.#at(3 * at + 1), this.#at(3 * at + 2)) };
  }

  #at(place: number): number {
    return this.#spots[place] as number;
  }

  #grow(): void {
    const more = new Int32Array(2 * this.#spots.length);
    more.set(this.#spots);
    this.#spots = more;
  }
}
