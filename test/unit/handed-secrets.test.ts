import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { HandedSecretStore } from '../../electron/api/secrets/handed-secrets.ts';
import { FileSecretStore } from '../../electron/api/secrets/secret-store.ts';

function stores(keeping: 'keychain' | 'memory', kept: Record<string, string> = {}) {
  const state = mkdtempSync(join(tmpdir(), 'tandem-secrets-'));
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  const file = new FileSecretStore(state, {});
  const told: [string, string | null][] = [];
  const store = new HandedSecretStore({ file, kept, keeping, tell: (...each) => void told.push(each) });
  return { file, store, told };
}

describe('passwords that another process keeps', () => {
  it('[DT4] what was handed over is found, also to be blotted out', () => {
    const { store } = stores('keychain', { 'shop/A': 'handed' });
    expect(store.get('shop', 'A')).toBe('handed');
    expect(store.get('shop', 'B')).toBeNull();
    expect(store.all()).toContain('handed');
  });

  it('[DT4] the file of the command line is read, and emptied once a password of the pair is set', () => {
    const { file, store, told } = stores('keychain');
    file.set('shop', 'A', 'old-a');
    file.set('shop', 'B', 'old-b');
    expect(store.get('shop', 'A')).toBe('old-a');
    expect(store.set('shop', 'A', 'new-a')).toContain('in the keychain of this computer');
    expect([store.get('shop', 'A'), store.get('shop', 'B')]).toEqual(['new-a', 'old-b']);
    expect(told).toEqual([
      ['shop/A', 'old-a'],
      ['shop/B', 'old-b'],
      ['shop/A', 'new-a'],
    ]);
    expect(existsSync(file.path)).toBe(false);
  });

  it('[DT4] a variable of the environment wins', () => {
    const { store } = stores('keychain', { 'shop/A': 'handed' });
    vi.stubEnv('TANDEM_SECRET_SHOP_A', 'from outside');
    onTestFinished(() => void vi.unstubAllEnvs());
    const outside = new HandedSecretStore({
      file: new FileSecretStore(tmpdir()),
      kept: { 'shop/A': 'handed' },
      keeping: 'keychain',
      tell: () => undefined,
    });
    expect(outside.get('shop', 'A')).toBe('from outside');
    expect(store.kept('shop', 'A')).toBe('handed');
  });

  it('[DT4] without a keychain it says that the password is gone when Tandem quits', () => {
    const { store } = stores('memory');
    expect(store.set('shop', 'A', 'word')).toContain('until Tandem quits');
    store.remove('shop');
    expect(store.get('shop', 'A')).toBeNull();
  });
});
