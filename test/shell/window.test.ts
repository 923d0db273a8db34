import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildWindow, windowFolder } from '../../build/window-build.js';
import { newHome, Program, shippedDesktop } from '../standin/driver.ts';
import { disagree, officeWith } from './desk.ts';

const root = join(import.meta.dirname, '..', '..');

/** The desktop program with the window as it is shipped, under the stand-in host. */
async function start(home: string): Promise<Program> {
  const shipped = await shippedDesktop(windowFolder(root));
  const program = new Program({ folder: shipped.folder, home });
  onTestFinished(async () => {
    await program.kill();
    shipped.remove();
  });
  return program;
}

const textOf = (program: Program, selector: string, isSo: RegExp): Promise<string> =>
  program.until(
    () => program.evaluate<string>(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? ''`),
    (text) => isSo.test(text),
  );

beforeAll(() => buildWindow(root), 120_000);

describe('the window in the desktop program', () => {
  it('[WI14] is the same over the bridge, and follows what happens', async () => {
    const office = await officeWith('shop', 'music');
    const program = await start(office.home.given);
    await expect(textOf(program, 'h1', /step/)).resolves.toBe('Everything is in step.');
    disagree(office, 'shop', 1);
    await program.do('clickItem', 'sync-all');
    await expect(textOf(program, 'h1', /need/)).resolves.toBe('1 thing needs you. The rest goes on.');
    await program.trayShows('1 thing needs you');
    await program.do('clickItem', 'conflicts:shop');
    await expect(textOf(program, '[role=row] a', /thing/)).resolves.toContain('thing 1');
    await expect(program.evaluate('location.hash')).resolves.toBe('#/conflicts?pair=shop');
  });

  it('[WI14] begins with the welcome where there is no pair', async () => {
    const program = await start(newHome());
    await expect(
      program.until(
        () => program.evaluate<string>('location.hash'),
        (hash) => hash !== '' && hash !== '#/',
      ),
    ).resolves.toBe('#/welcome');
  });
});
