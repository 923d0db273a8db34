import type { NewFigure } from './figures.ts';
import type { Sizes } from './sizes.ts';

/** What every bench is given. */
export interface Bench {
  readonly sizes: Sizes;
  /** Notes a line of the result, with the load of the moment. */
  note(figure: NewFigure): void;
  /** Tells the person what is being measured now. */
  say(text: string): void;
}
