import type { DesktopBridge } from '../../shared/contract/bridge.ts';

const bridge = (): DesktopBridge | undefined => (window as { readonly tandem?: DesktopBridge }).tandem;

/** Has the desktop program ask for a database file; `null`: none was chosen. */
export async function pickFile(title: string): Promise<string | null> {
  const outcome = await bridge()?.shell('file.pick', { kind: 'sqlite', title });
  return outcome?.ok === true ? (outcome.value as { readonly path: string | null }).path : null;
}

/** In a browser there is nobody to ask. */
pickFile.isThere = (): boolean => bridge()?.shell !== undefined;
