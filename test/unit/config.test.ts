import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  lstatSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../electron/api/settings/config-file.ts';
import { ConfigStore } from '../../electron/api/settings/config-store.ts';
import { pairSettingsOf } from '../../electron/api/settings/pair-settings.ts';
import { FROM_ENVIRONMENT } from '../../shared/config/schema.ts';
import { migrateConfig } from '../../shared/config/migrations.ts';
import { defaultsOf } from '../../shared/config/option.ts';
import { pairOptions, pairOptionTable } from '../../shared/config/pair-options.ts';
import { defaultSettings } from '../../electron/engine/settings.ts';

const GOOD = `# my office
version: 1
logLevel: debug # while I look for something
pairs:
  # the till
  shop:
    a: { name: Till, url: sqlite:/a.db }
    b: { name: Office, url: sqlite:/b.db }
    batchSize: 100
    conflictResolutionStrategy: keep_remote
    collections:
      # people
      admins:
        a: admins
        b: Admins
        key: [ id ]
        fields: [ id, { name: user, a: user, b: User } ]
        touch: [ id ]
`;

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tandem-config-'));
  path = join(dir, 'tandem.yaml');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const store = (text: string): ConfigStore => {
  writeFileSync(path, text);
  return new ConfigStore(path);
};

describe('the configuration file', () => {
  it('[G3] merge is no strategy for what a run left open, and the refusal says why', () => {
    expect(() => store(GOOD.replace('keep_remote', 'merge')).load()).toThrow(
      'it takes manual, keep_local, keep_remote, rename_local, keep_both or auto (merge is not among them: fields that one side changed are merged in any case',
    );
  });

  it('[G1] without a file everything has its default, and reading makes none', () => {
    expect(new ConfigStore(path).load()).toEqual({ version: 1, pairs: {} });
    expect(existsSync(path)).toBe(false);
  });

  it('[G2] a change by the program keeps comments and order, and the file before it', () => {
    const config = store(GOOD);
    config.update((document) => document.setIn(['pairs', 'shop', 'batchSize'], 200));
    expect(readFileSync(path, 'utf8')).toBe(GOOD.replace('batchSize: 100', 'batchSize: 200'));
    expect(readFileSync(`${path}.last-good`, 'utf8')).toBe(GOOD);
    expect(readdirSync(dir).toSorted()).toEqual(['tandem.yaml', 'tandem.yaml.last-good']);
  });

  it('[G2] a linked file stays a link, and a new file can be read by its owner alone', () => {
    writeFileSync(join(dir, 'real.yaml'), GOOD);
    symlinkSync(join(dir, 'real.yaml'), path);
    new ConfigStore(path).update((document) => document.setIn(['logLevel'], 'warn'));
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(dir, 'real.yaml'), 'utf8')).toContain('logLevel: warn # while I look');
    const fresh = new ConfigStore(join(dir, 'new', 'tandem.yaml'));
    fresh.update((document) => document.setIn(['logLevel'], 'warn'));
    expect(statSync(fresh.path).mode & 0o777).toBe(0o600);
  });

  it.each([
    [
      'at the top',
      GOOD.replace('logLevel:', 'loglevle:'),
      3,
      'The key “loglevle” at the top is not known. Did you mean “logLevel”?',
    ],
    [
      'of a pair',
      GOOD.replace('batchSize', 'bathSize'),
      9,
      'The key “bathSize” in pairs.shop is not known. Did you mean “batchSize”?',
    ],
    [
      'of a collection',
      GOOD.replace('touch:', 'tuch:'),
      18,
      'The key “tuch” in pairs.shop.collections.admins is not known. Did you mean “touch”?',
    ],
  ])(
    '[G3] an unknown key %s names the nearest one and its line, and changes nothing',
    (_where, text, line, sentence) => {
      const config = store(text);
      expect(config.check()).toMatchObject([{ line, text: sentence }]);
      expect(() => config.load()).toThrow(
        expect.objectContaining({
          code: 'config-invalid',
          message: `Reading the configuration ${path}, line ${line} failed: ${sentence}`,
        }),
      );
      expect(() => config.update((document) => document.setIn(['logLevel'], 'warn'))).toThrow(
        expect.objectContaining({ code: 'config-invalid' }),
      );
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it.each([
    ['broken YAML', 'version: 1\npairs: {', 'config-invalid'],
    ['two keys of one name', 'version: 1\nlogLevel: info\nlogLevel: warn\n', 'config-invalid'],
    ['a bad value', GOOD.replace('100', '5000'), 'config-invalid'],
    ['no version', 'pairs: {}\n', 'config-invalid'],
    ['a list', '- 1\n', 'config-invalid'],
    ['nothing', '', 'config-invalid'],
    ['a newer version', 'version: 2\nwhatever: new\n', 'config-newer'],
  ])('[G4] a file with %s is refused and stays as it is', (_title, text, code) => {
    const config = store(text);
    expect(() => config.load()).toThrow(expect.objectContaining({ code }));
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(config.check().length).toBeGreaterThan(0);
  });

  it('[G5] a change that would not be valid is refused, and nothing is written', () => {
    const config = store(GOOD);
    expect(() => config.update((document) => document.setIn(['pairs', 'shop', 'batchSize'], 0))).toThrow(
      expect.objectContaining({ code: 'config-invalid' }),
    );
    expect(readFileSync(path, 'utf8')).toBe(GOOD);
    expect(readdirSync(dir)).toEqual(['tandem.yaml']);
  });

  it('[G6] migrations run in order from the version of the file, in memory, and keep comments', () => {
    const document = parseDocument('# kept\nversion: 1\nold: 5\n');
    const steps = [
      {
        version: 2,
        migrate: (doc: {
          getIn(p: readonly string[]): unknown;
          setIn(p: readonly string[], v: unknown): void;
          deleteIn(p: readonly string[]): boolean;
        }) => (doc.setIn(['middle'], doc.getIn(['old'])), void doc.deleteIn(['old'])),
      },
      {
        version: 3,
        migrate: (doc: {
          getIn(p: readonly string[]): unknown;
          setIn(p: readonly string[], v: unknown): void;
          deleteIn(p: readonly string[]): boolean;
        }) => (doc.setIn(['new'], doc.getIn(['middle'])), void doc.deleteIn(['middle'])),
      },
    ];
    migrateConfig(document, 1, steps, 3);
    expect(String(document)).toBe('# kept\nversion: 3\nnew: 5\n');
    const later = parseDocument('version: 2\nmiddle: 6\n');
    migrateConfig(later, 2, steps, 3);
    expect(String(later)).toBe('version: 3\nnew: 6\n');
  });
});

describe('settings of a pair', () => {
  const entry = () => {
    const parsed = parseConfig(GOOD);
    if (!parsed.ok) throw new Error('the example is not valid');
    const shop = parsed.file.pairs['shop'];
    if (!shop) throw new Error('the example has no pair');
    return shop;
  };

  it('[G7] reach the engine with names of both sides, defaults and rules', () => {
    const settings = pairSettingsOf('shop', entry());
    expect(settings).toMatchObject({
      name: 'shop',
      sideLabel: { A: 'Till', B: 'Office' },
      batchSize: 100,
      maxRetries: 3,
      marker: false,
    });
    expect(settings.collections).toEqual([
      {
        name: 'admins',
        physical: { A: 'admins', B: 'Admins' },
        key: ['id'],
        fields: [
          { name: 'id', A: 'id', B: 'id' },
          { name: 'user', A: 'user', B: 'User' },
        ],
        direction: 'both',
        policy: 'remote',
        fieldPolicy: {},
        newestBy: '',
        merge: 'field',
        groups: [],
        touch: ['id'],
        uniqueFields: [],
      },
    ]);
    expect(pairSettingsOf('shop', { ...entry(), collectionsToSync: ['other'] }).collections).toEqual([]);
  });

  it('[EN7] say where the address of a side is changed: in the .env that names it, by pair edit where none does', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-env-'));
    try {
      const move = (env?: string) => pairSettingsOf('shop', { ...entry(), env }).sideMove;
      const byCommand = { A: 'tandem pair edit shop --a ADDRESS', B: 'tandem pair edit shop --b ADDRESS' };
      expect([move(), move(folder)]).toEqual([byCommand, byCommand]);
      writeFileSync(join(folder, '.env'), 'MONGODB_LOCAL_URL=mongodb://localhost/\n');
      const file = join(folder, '.env');
      expect(move(folder)).toEqual({ A: `MONGODB_LOCAL_URL in ${file}`, B: `MONGODB_CLOUD_URL in ${file}` });
      expect(move(FROM_ENVIRONMENT).B).toBe('MONGODB_CLOUD_URL in the environment');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('[G7] have the defaults of the engine, each valid by its own rule', () => {
    const settings = pairSettingsOf('shop', { ...entry(), batchSize: undefined });
    expect(settings).toMatchObject(defaultSettings);
    expect(pairOptions.safeParse(defaultsOf(pairOptionTable)).success).toBe(true);
    for (const { description } of Object.values(pairOptionTable)) expect(description).toMatch(/\.$/);
  });
});
