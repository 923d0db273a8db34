/** See `bundling.js`, which every Node can run. */
export function bundle(order: {
  readonly root: string;
  readonly entry: string;
  readonly outDir: string;
}): Promise<void>;
export function bundleDesktop(order: { readonly root: string; readonly outDir: string }): Promise<void>;
export function bundleOne(order: {
  readonly root: string;
  readonly entry: string;
  readonly outDir: string;
  readonly file: string;
}): Promise<void>;
