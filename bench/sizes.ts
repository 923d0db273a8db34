/** How much a run of the benches works on. */
export interface Sizes {
  /** Records of an ordinary side. */
  readonly n: number;
  /** Changes of a large delta. */
  readonly k: number;
  /** Changes of a small delta. */
  readonly few: number;
  /** The two sizes between which memory and small deltas are compared. */
  readonly small: number;
  readonly large: number;
  /** How often each of two things is timed, in turn. */
  readonly rounds: number;
  readonly kills: number;
  readonly conflicts: number;
  /** How long a pair that is in step is watched. */
  readonly quietMs: number;
}

const ordinary: Sizes = {
  n: 100_000,
  k: 10_000,
  few: 100,
  small: 10_000,
  large: 1_000_000,
  rounds: 5,
  kills: 20,
  conflicts: 10_000,
  quietMs: 60_000,
};

/** Only shows that everything runs: numbers of this size say nothing. */
const quick: Sizes = {
  n: 1500,
  k: 300,
  few: 20,
  small: 300,
  large: 1500,
  rounds: 1,
  kills: 2,
  conflicts: 60,
  quietMs: 500,
};

export const sizesFor = (isQuick: boolean): Sizes => (isQuick ? quick : ordinary);
