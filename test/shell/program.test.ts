import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newHome, Program, shippedDesktop } from '../standin/driver.ts';

let shipped: Awaited<ReturnType<typeof shippedDesktop>>;
beforeAll(async () => {
  shipped = await shippedDesktop();
});
afterAll(() => shipped.remove());

describe('try', () => {
  it('starts', async () => {
    const program = Program.start({ folder: shipped.folder, home: newHome() });
    await program.shows('state', 'ready');
    console.log(await program.tray(), await program.record(), program.errors);
    await program.shows('engine', 'running');
  }, 30_000);
});
