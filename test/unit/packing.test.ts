import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { icoOf, TRAY } from '../../build/icons.ts';

const root = join(import.meta.dirname, '..', '..');
const require = createRequire(import.meta.url);
const packing = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as Record<string, never>;
const { validateConfiguration } = require('app-builder-lib/out/util/config/config.js') as {
  validateConfiguration(this: void, config: object, log: object): Promise<void>;
};
const log = { isEnabled: false, add: () => undefined };

interface Target {
  readonly target: string;
  readonly arch: readonly string[];
}
const targets = (system: 'linux' | 'win' | 'mac'): string[] =>
  (packing[system] as unknown as { target: readonly Target[] }).target.map(
    ({ target, arch }) => `${target} ${arch.join('+')}`,
  );

/** Width and height of a PNG. */
const sizeOf = (png: Buffer): string => `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`;
const made = (name: string): Buffer => readFileSync(join(root, 'build', 'icons', 'made', name));

describe('packing', () => {
  it('[DT24] is as the schema of the packer wants it, and that schema notices a slip', async () => {
    await expect(validateConfiguration(structuredClone(packing), log)).resolves.toBeUndefined();
    await expect(validateConfiguration({ ...packing, electronFuse: {} }, log)).rejects.toThrow(/electronFuse/);
    await expect(validateConfiguration({ ...packing, mac: { target: { a: 1 } } }, log)).rejects.toThrow(/mac/);
  });

  it('[DT24] sets every fuse to the safe side', () => {
    expect(packing['electronFuses']).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  it('[DT24] makes what each system installs, and no update that installs by itself', () => {
    expect(targets('linux')).toEqual(['AppImage x64+arm64', 'deb x64+arm64', 'rpm x64+arm64']);
    expect(targets('win')).toEqual(['nsis x64+arm64']);
    expect(targets('mac')).toEqual(['dmg x64+arm64', 'zip x64+arm64']);
    expect(packing['publish']).toBeNull();
  });

  it('[DT24] leaves native code outside of the archive', () => {
    for (const name of ['better-sqlite3', 'fs-native-extensions']) {
      expect(packing['asarUnpack']).toContain(`**/${name}/prebuilds/**`);
      expect(existsSync(join(root, 'node_modules', name, 'prebuilds'))).toBe(true);
    }
    const { main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { main: string };
    expect(main).toBe('dist/desktop/main.cjs');
  });
});

describe('icons', () => {
  it('[DT24] stand there for the tray of each system, in the sizes it wants', () => {
    for (const name of TRAY) {
      expect(sizeOf(made(`tray-${name}.png`))).toBe('24x24');
      expect(sizeOf(made(`tray-${name}Template.png`))).toBe('16x16');
      expect(sizeOf(made(`tray-${name}Template@2x.png`))).toBe('32x32');
      expect(made(`tray-${name}.ico`).readUInt16LE(4)).toBe(5);
    }
    expect(sizeOf(made('icon.png'))).toBe('1024x1024');
    expect(made('icon.ico').readUInt16LE(4)).toBe(7);
  });

  it('[DT24] those of the tray differ from one another', () => {
    for (const kind of ['.png', 'Template.png', '.ico'])
      expect(new Set(TRAY.map((name) => made(`tray-${name}${kind}`).toString('base64'))).size).toBe(TRAY.length);
  });

  it('[DT24] an .ico tells where each picture begins and how long it is', () => {
    const pictures = [16, 256].map((size) => ({ size, png: Buffer.from(`picture of ${size}`) }));
    const ico = icoOf(pictures);
    const found = [0, 1].map((i) => {
      const at = ico.readUInt32LE(6 + 16 * i + 12);
      return ico.subarray(at, at + ico.readUInt32LE(6 + 16 * i + 8)).toString();
    });
    expect(found).toEqual(['picture of 16', 'picture of 256']);
    expect(ico.readUInt8(6 + 16)).toBe(0);
  });
});
