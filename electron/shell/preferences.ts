import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeAtomically } from '../api/settings/atomic-file.ts';

/** What the window and the tray remember on this computer; everything else is a setting of the engine. */
const shape = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  /** It was said that this desktop shows no tray icons. */
  saidNoTray: z.boolean().catch(false),
});
export type Preferences = z.infer<typeof shape>;

/** A file that is not there or not whole is as one with nothing in it. */
export function readPreferences(path: string): Preferences {
  try {
    return shape.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return shape.parse({});
  }
}

export function writePreferences(path: string, preferences: Preferences): void {
  writeAtomically(path, `${JSON.stringify(preferences, null, 2)}\n`);
}
