import type { DesktopBridge } from '../../shared/contract/bridge.ts';

/** What the desktop program gives its window beside the engine; a browser has none of it. */
export function desktop(): DesktopBridge | undefined {
  const { tandem } = window as { readonly tandem?: Partial<DesktopBridge> };
  return tandem?.shell === undefined ? undefined : (tandem as DesktopBridge);
}
