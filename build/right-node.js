import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { existsSync } from 'node:fs';

/** Plain JavaScript that any Node from 18 on can read: it runs before the right Node is known to be there. */

export const leastNode = '22.22';

/** Is `version` ("24.21.0") at least `leastNode`? */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = leastNode.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** Can this very process run the sources: new enough, and TypeScript's types are stripped on import? */
export const isRightNode = () => isNewEnough(process.versions.node) && Boolean(process.features.typescript);

/** The Node that the lockfile brought for this platform, or `null` if there is none. */
export function broughtNode(root) {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  try {
    const require = createRequire(join(root, 'package.json'));
    const folder = dirname(require.resolve(`node-${platform}-${process.arch}/package.json`));
    return [join(folder, 'bin', file), join(folder, file)].find((path) => existsSync(path)) ?? null;
  } catch {
    const linked = join(root, 'node_modules', '.bin', file);
    return existsSync(linked) ? linked : null;
  }
}

/** House form of an error: what failed on what; what happens next; what you can do. */
export const threeParts = (what, next, hint) => `${what}\n${next}\n${hint}\n`;

export const wrongNodeText = () =>
  threeParts(
    isNewEnough(process.versions.node)
      ? `Starting on Node ${process.versions.node} stopped: this Node does not read TypeScript (an old odd-numbered release, or it was told not to).`
      : `Starting on Node ${process.versions.node} stopped: Tandem needs Node ${leastNode} or newer.`,
    'Nothing was run and nothing was changed.',
    'Run "npm ci" without "--omit=optional": it brings the right Node on Linux and on Windows (x64). Elsewhere, install Node 24.',
  );
