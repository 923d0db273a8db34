/** See `bundling.js`, which every Node can run. */
export function bundle(order: {
  readonly root: string;
  readonly entry: string;
  readonly outDir: string;
}): Promise<void>;
