import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sizes, WindowDriver, type Size } from './driver.ts';
import { pageCases } from './pages.ts';
import { World } from './world.ts';

/*
 * npm run screens [-- NAME …]
 * A picture of every page (or of those named) in both themes and both sizes, in `screens/`, to be laid beside the mock-ups.
 */
const { positionals: only } = parseArgs({ allowPositionals: true });
const folder = join(import.meta.dirname, '..', '..', 'screens');
mkdirSync(folder, { recursive: true });

const driver = await WindowDriver.start(World.lived());
try {
  for (const { name, address, first } of pageCases) {
    if (only.length > 0 && !only.includes(name)) continue;
    for (const theme of ['light', 'dark'] as const)
      for (const size of Object.keys(sizes) as Size[]) {
        const page = await driver.open(address, { theme, size });
        await first?.(page);
        const file = `${name}${size === 'narrow' ? '.900' : ''}.${theme}.png`;
        await page.screenshot({ path: join(folder, file) });
        await page.context().close();
        process.stdout.write(`screens/${file}\n`);
      }
  }
  for (const breach of driver.breaches) process.stdout.write(`BREACH ${breach}\n`);
} finally {
  await driver.close();
}
process.exitCode = driver.breaches.length > 0 ? 1 : 0;
