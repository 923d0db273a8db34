/** One line of the result. */
export interface Figure {
  /** `R1` … as in docs/performance.md; further figures carry a word. */
  readonly id: string;
  readonly what: string;
  readonly value: string;
  /** '' = none was set. */
  readonly goal: string;
  /** `null`: there is no goal to reach. */
  readonly reached: boolean | null;
  /** N, k, bytes, and what the ratio is made of. */
  readonly made: string;
  /** Load of the machine when it was measured. */
  readonly load: string;
}

export type NewFigure = Omit<Figure, 'load'>;

export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
export const ratio = (value: number): string => (value < 100 ? value.toFixed(2) : whole(value));
export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : whole(value)} ms`;
export const mb = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** How far apart the fastest and the slowest were, for the reader to judge the median by. */
export const spread = (values: readonly number[]): string =>
  values.length < 2 ? '' : ` (${whole(Math.min(...values))}–${whole(Math.max(...values))})`;

/** Milliseconds that `work` took. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The same work timed again and again: the clock on the wall, and what it took of the processor. */
export class Series {
  readonly wall: number[] = [];
  readonly #processor: number[] = [];

  async add(work: () => unknown): Promise<void> {
    const before = process.cpuUsage();
    this.wall.push(await timed(work));
    const { user, system } = process.cpuUsage(before);
    this.#processor.push((user + system) / 1000);
  }

  get ms(): number {
    return median(this.wall);
  }

  get processorMs(): number {
    return median(this.#processor);
  }

  show(): string {
    return `${ms(this.ms)}${spread(this.wall)}, processor ${ms(this.processorMs)}`;
  }
}
