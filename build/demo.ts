import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { anyStory } from './demo-parts/any-story.ts';
import { DemoFiles } from './demo-parts/files.ts';
import { mongoStory } from './demo-parts/mongo-story.ts';
import { officeStory } from './demo-parts/office-story.ts';
import { Screen } from './demo-parts/screen.ts';
import { Tandem } from './demo-parts/tandem.ts';
import { NotAsTold } from './demo-parts/told.ts';

/*
 * npm run demo [-- --from FILE.sqlite | --mongo] [--dir DIR]
 * The main job on real files, told in the terminal. Every step looks whether it is as told; exit 1 if one is not.
 */
const root = join(import.meta.dirname, '..');
const screen = new Screen((text) => process.stdout.write(text), process.stdout.isTTY);

/** `null` where an option is not known, or lacks its value. */
function given(): { readonly from?: string | undefined; readonly mongo: boolean; readonly dir: string } | null {
  try {
    const dir = { type: 'string', default: join(root, 'demo') } as const;
    const mongo = { type: 'boolean', default: false } as const;
    return parseArgs({ options: { from: { type: 'string' }, mongo, dir } }).values;
  } catch {
    return null;
  }
}

function wrongWords(what: string): void {
  screen.failure(what);
  screen.output([
    'Nothing was done.',
    'Write it as: npm run demo   or: npm run demo -- --from YOUR.sqlite   or: npm run demo -- --mongo',
  ]);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const values = given();
  if (values === null) return wrongWords('Reading the command failed: its words were not understood.');
  const from = values.from === undefined ? null : resolve(values.from);
  if (from !== null && !statSync(from, { throwIfNoEntry: false })?.isFile())
    return wrongWords(`There is no file ${from}.`);
  if (from !== null && values.mongo) return wrongWords('--from and --mongo do not go together.');
  const files = new DemoFiles(resolve(values.dir), screen);
  const stage = { screen, files, tandem: new Tandem(screen, { home: files.path('home'), cache: files.path('cache') }) };
  const startedMs = performance.now();
  if (values.mongo) await mongoStory(stage);
  else await (from === null ? officeStory(stage) : anyStory(stage, from));
  screen.say(`All of it was as told, in ${((performance.now() - startedMs) / 1000).toFixed(0)} s.`);
}

try {
  await main();
} catch (error) {
  const text = error instanceof Error ? error.message : String(error);
  screen.failure(text);
  if (error instanceof NotAsTold && error.detail !== '') screen.output(error.detail.split('\n'));
  else if (error instanceof Error && !(error instanceof NotAsTold)) screen.output((error.stack ?? '').split('\n'));
  process.exitCode = 1;
}
