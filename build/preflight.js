import { isRightNode, threeParts, wrongNodeText } from './right-node.js';

/**
 * Runs first in every script: optional packages can vanish silently, and then npm would go on with whatever Node is on the PATH.
 * Exit 0 and silent if everything is there, else exit 1 with a text in three parts.
 */
const problem = isRightNode() ? await databaseProblem() : wrongNodeText();
if (problem !== '') {
  process.stderr.write(problem);
  process.exitCode = 1;
}

async function databaseProblem() {
  try {
    const { default: Database } = await import('better-sqlite3');
    new Database(':memory:').close();
    return '';
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return threeParts(
      `Loading better-sqlite3 on ${process.platform} ${process.arch} stopped: ${reason}`,
      'Nothing was run and nothing was changed.',
      'Run "npm ci". If it stays so, this platform has no ready-made build of better-sqlite3.',
    );
  }
}
