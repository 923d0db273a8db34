import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { anyStory } from './demo-parts/any-story.ts';
import { DemoFiles } from './demo-parts/files.ts';
import { officeStory } from './demo-parts/office-story.ts';
import { Screen } from './demo-parts/screen.ts';
import { Tandem } from './demo-parts/tandem.ts';
import { NotAsTold, told } from './demo-parts/told.ts';

/*
 * npm run demo [-- --from FILE.sqlite] [--dir DIR]
 * The main job on real files, told in the terminal. Every step looks whether it is as told; exit 1 if one is not.
 */
const root = join(import.meta.dirname, '..');
const screen = new Screen((text) => process.stdout.write(text), process.stdout.isTTY);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { from: { type: 'string' }, dir: { type: 'string', default: join(root, 'demo') } },
  });
  const from = values.from === undefined ? null : resolve(values.from);
  told(from === null || existsSync(from), `${from ?? ''} is a file.`);
  const files = new DemoFiles(resolve(values.dir), screen);
  const stage = { screen, files, tandem: new Tandem(screen, { home: files.path('home'), cache: files.path('cache') }) };
  const startedMs = performance.now();
  await (from === null ? officeStory(stage) : anyStory(stage, from));
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
