import { desktop } from './desktop.ts';

/** In a browser there is nobody to ask. */
export const canPickFile = (): boolean => desktop() !== undefined;

/** Has the desktop program ask for a database file; `null`: none was chosen. */
export async function pickFile(title: string): Promise<string | null> {
  const outcome = await desktop()?.shell('file.pick', { kind: 'sqlite', title });
  return outcome?.ok === true ? (outcome.value as { readonly path: string | null }).path : null;
}
