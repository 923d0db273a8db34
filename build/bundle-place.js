import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
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
    const { size, mtimeMs } = statSync(join(root, name));
    return `${name} ${size} ${mtimeMs}`;
  });
  return join(root, 'dist', `cli-${createHash('sha256').update(seen.join('\n')).digest('hex').slice(0, 16)}`);
}

/** The file to start, if it was made of the sources as they are; else `null`. */
export function bundledMain(root) {
  try {
    const main = join(bundleFolder(root), 'main.js');
    return existsSync(main) ? main : null;
  } catch {
    return null;
  }
}
