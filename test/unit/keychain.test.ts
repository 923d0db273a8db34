import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KeychainSecrets } from '../../electron/shell/keychain.ts';
import { safeStorageOf, type Keyring } from '../standin/small-parts.ts';

function folder(): string {
  const state = mkdtempSync(join(tmpdir(), 'tandem-keychain-'));
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  return state;
}

function secrets(state: string, keyring: Keyring = 'ok', platform: NodeJS.Platform = 'linux') {
  const troubles: string[] = [];
  const keychain = safeStorageOf(() => keyring);
  const kept = new KeychainSecrets({ keychain, state, platform, onTrouble: (text) => void troubles.push(text) });
  return { kept, troubles, path: join(state, 'keychain.json') };
}

describe('passwords in the keychain of the computer', () => {
  it('[DT16] what is kept is found at the next start, encrypted on the disk and for its owner alone', async () => {
    const state = folder();
    const { kept, path } = secrets(state);
    await expect(kept.handOver()).resolves.toEqual({ keeping: 'keychain', kept: {} });
    await kept.set('shop/A', 'a word');
    await kept.set('shop/B', 'another');
    expect(readFileSync(path, 'utf8')).not.toMatch(/a word|another/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await expect(secrets(state).kept.handOver()).resolves.toEqual({
      keeping: 'keychain',
      kept: { 'shop/A': 'a word', 'shop/B': 'another' },
    });
  });

  it('[DT16] what is forgotten is gone from the disk', async () => {
    const state = folder();
    const { kept, path } = secrets(state);
    await kept.handOver();
    await kept.set('shop/A', 'a word');
    await kept.set('shop/A', null);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({});
  });

  it.each(['basic_text', 'absent'] as const)(
    '[DT16] with the keyring %s nothing is written, and passwords last until the end',
    async (keyring) => {
      const state = folder();
      const { kept, path } = secrets(state, keyring);
      await expect(kept.handOver()).resolves.toEqual({ keeping: 'memory', kept: {} });
      await kept.set('shop/A', 'a word');
      await expect(kept.handOver()).resolves.toEqual({ keeping: 'memory', kept: { 'shop/A': 'a word' } });
      expect(existsSync(path)).toBe(false);
    },
  );

  it('[DT16] a keychain that is locked now loses nothing: it is said, and asked again at the next start', async () => {
    const state = folder();
    const first = secrets(state).kept;
    await first.handOver();
    await first.set('shop/A', 'a word');
    const locked = secrets(state, 'locked');
    await expect(locked.kept.handOver()).resolves.toEqual({ keeping: 'keychain', kept: {} });
    expect(locked.troubles).toEqual([
      'The keychain of this computer did not give a password back. They are kept, and asked for again at the next start.',
    ]);
    await locked.kept.set('music/B', 'new');
    await expect(secrets(state).kept.handOver()).resolves.toEqual({
      keeping: 'keychain',
      kept: { 'shop/A': 'a word', 'music/B': 'new' },
    });
  });

  it('[DT16] a file that is damaged is said, and set aside', async () => {
    const state = folder();
    const { kept, troubles, path } = secrets(state);
    writeFileSync(path, '{"shop/A": 7');
    await expect(kept.handOver()).resolves.toEqual({ keeping: 'keychain', kept: {} });
    expect(troubles[0]).toContain(path);
    expect(readFileSync(`${path}.damaged`, 'utf8')).toBe('{"shop/A": 7');
  });
});
