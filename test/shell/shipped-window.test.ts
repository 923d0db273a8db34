import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildWindow, windowFolder } from '../../build/window-build.js';
import { Program, shippedDesktop } from '../standin/driver.ts';
import { officeWith } from './desk.ts';

const root = join(import.meta.dirname, '..', '..');
let shipped: Awaited<ReturnType<typeof shippedDesktop>>;
beforeAll(async () => {
  await buildWindow(root);
  shipped = await shippedDesktop(windowFolder(root));
});
afterAll(() => shipped.remove());

describe('the window as it is shipped', () => {
  it('[DT7] [DT10] runs in the desktop program under its policy, shows the pairs, and asks nobody else', async () => {
    const office = await officeWith('shop');
    const program = new Program({ folder: shipped.folder, home: office.home.given });
    onTestFinished(() => program.kill());
    const text = (): Promise<string> => program.evaluate<string>('document.body.innerText');
    await program.until(text, (seen) => seen.includes('shop'));
    const { console, external } = await program.record();
    expect({ console, external }).toEqual({ console: [], external: [] });
  });
});
