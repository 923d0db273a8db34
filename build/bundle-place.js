import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/*
 * The command is also kept as a few files made of all its sources: those are loaded in a third of the time. They stand
 * in a folder named after the sources they were made of, so that a change of any leaves them unused.
 */

/** Plain JavaScript, and only what every start can afford: one look at each source, none of which is read. */
export function bundleFolder(root) {
  const sources = ['electron', 'shared'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  const seen = [...sources, 'package-lock.json'].sort().map((name) => {
    // The second time changes also where a file is put in place with its old one.
    const { size, mtimeMs, ctimeMs } = statSync(join(root, name));
    return `${name} ${size} ${mtimeMs} ${ctimeMs}`;
  });
  return join(root, 'dist', `cli-${createHash('sha256').update(seen.join('\n')).digest('hex').slice(0, 16)}`);
}

/** What is written last into a bundle: its files and how many bytes each has. */
export const MADE = 'made.json';

/** Is the bundle there, and whole? */
export function isSound(folder) {
  try {
    const made = Object.entries(JSON.parse(readFileSync(join(folder, MADE), 'utf8')));
    return made.length > 0 && made.every(([name, size]) => statSync(join(folder, name)).size === size);
  } catch {
    return false;
  }
}

/** The file to start, if it was made of the sources as they are; else `null`. */
export function bundledMain(root) {
  try {
    const folder = bundleFolder(root);
    return isSound(folder) ? join(folder, 'main.js') : null;
  } catch {
    return null;
  }
}
