import { builtinModules } from 'node:module';
import { order } from '../../electron/engine/order/order.ts';
import type { ImportEdge } from './import-graph.ts';

/** The table of layers of docs/architecture.md: where a file stands decides what it may import. */
interface Layer {
  readonly name: string;
  readonly where: RegExp;
  /** Files of the project it may import, beside those of its own layer. */
  readonly files: readonly RegExp[];
  /** Packages it may import; `*` = any that is not a driver. */
  readonly packages: readonly string[];
  /** Modules of Node: all, none, or those that only compute. */
  readonly node: 'all' | 'computing' | 'none';
}

const shared = /^shared\//;
const port = /^electron\/engine\/port\//;
const engine = /^electron\/engine\//;
const registry = /^electron\/connectors\/registry\.ts$/;
const helpers = /^electron\/(?:publishers|session|backup|cloud)\//;
const api = /^electron\/api\//;

/** One entry per connector: its folder, and the packages it may import. */
const connectors: Readonly<Record<string, readonly string[]>> = {
  memory: [],
  sqlite: ['better-sqlite3'],
  mongodb: ['mongodb', 'bson'],
  postgres: ['pg'],
  records: ['yaml', 'csv-parse', 'jsonc-parser', 'chokidar', 'fs-native-extensions'],
};
const drivers: ReadonlySet<string> = new Set(['better-sqlite3', 'mongodb', 'pg']);

const connectorLayers = Object.entries(connectors).map(([kind, packages]): Layer => ({
  name: `connector ${kind}`,
  where: new RegExp(`^electron/connectors/${kind}/`),
  files: [shared, port],
  packages,
  node: 'all',
}));

/** Each knows nothing of the others. */
const helperLayers = Object.entries({
  publishers: ['@aws-sdk/client-s3'],
  session: ['chokidar'],
  backup: ['archiver', 'yauzl', 'croner'],
  cloud: ['chokidar'],
}).map(([folder, packages]): Layer => ({
  name: folder,
  where: new RegExp(`^electron/${folder}/`),
  files: [shared, port],
  packages,
  node: 'all',
}));

const apiPackages = ['bson', 'zod', 'pino', 'yaml', 'chokidar', 'croner', 'prom-client', 'fs-native-extensions'];
const serverPackages = ['fastify', '@fastify/*', 'fastify-type-provider-zod', 'zod', 'pino', 'prom-client'];

/** The first entry that fits a file counts. */
const layers: readonly Layer[] = [
  { name: 'shared', where: shared, files: [], packages: ['zod'], node: 'none' },
  {
    name: 'plan and order',
    where: /^electron\/engine\/(?:plan|order)\//,
    files: [shared, engine],
    packages: [],
    node: 'none',
  },
  {
    name: 'state',
    where: /^electron\/engine\/state\//,
    files: [shared, engine],
    packages: ['better-sqlite3'],
    node: 'all',
  },
  { name: 'engine', where: engine, files: [shared], packages: [], node: 'computing' },
  ...connectorLayers,
  { name: 'registry', where: registry, files: [shared, port, /^electron\/connectors\//], packages: [], node: 'none' },
  ...helperLayers,
  { name: 'api', where: api, files: [shared, engine, registry, helpers], packages: apiPackages, node: 'all' },
  {
    name: 'cli',
    where: /^electron\/cli\//,
    // One command starts the server.
    files: [shared, api, /^electron\/server\//],
    packages: ['commander', 'pino', 'yaml', 'zod'],
    node: 'all',
  },
  { name: 'server', where: /^electron\/server\//, files: [shared, api], packages: serverPackages, node: 'all' },
  {
    name: 'preload',
    // It runs beside a page, where there is no Node.
    where: /^electron\/(?:preload\.ts$|shell\/preload\/)/,
    files: [shared],
    packages: ['electron'],
    node: 'none',
  },
  {
    name: 'shell',
    where: /^electron\/(?:shell\/|main\.ts$|preload\.ts$)/,
    files: [shared, /^electron\//],
    packages: ['electron', 'electron-updater', 'zod', 'pino'],
    node: 'all',
  },
  { name: 'renderer', where: /^renderer\//, files: [shared], packages: ['*'], node: 'none' },
];

export const ruleNames = [
  'no-layer',
  'layer-files',
  'layer-packages',
  'layer-node',
  'pure-plan',
  'kinds-only-in-registry',
  'electron-only-in-shell',
  'driver-only-at-home',
  'relative-ts-only',
  'target-exists',
  'literal-import',
  'no-cycle',
] as const;
export type RuleName = (typeof ruleNames)[number];

export interface Violation {
  readonly rule: RuleName;
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** Everything in `edges` and `files` that is against the table, in the order of the files. */
export function layerViolations(files: readonly string[], edges: readonly ImportEdge[]): Violation[] {
  const known = new Set(files);
  const homeless = files.filter((file) => layerOf(file) === undefined);
  return [
    ...homeless.map((file): Violation => ({
      rule: 'no-layer',
      file,
      line: 0,
      text: 'belongs to no layer of the table',
    })),
    ...edges.flatMap((edge) => edgeViolations(edge, known)),
    ...cycles(files, edges),
  ];
}

/** One per cycle of files that import each other, directly or by way of others; type-only imports do not exist at run time and do not count. */
function cycles(files: readonly string[], edges: readonly ImportEdge[]): Violation[] {
  const ids = new Map(files.map((file, id) => [file, id]));
  const arrows = edges.flatMap(({ from, to, typeOnly }) => {
    const after = ids.get(from);
    const before = ids.get(to ?? '');
    return typeOnly || before === undefined || after === undefined ? [] : [{ before, after }];
  });
  const { groups } = order(
    files.map((_, id) => ({ id, rank: 0 })),
    arrows,
  );
  return [...new Set(groups.values())].map((group) => {
    const members = files.filter((_, id) => groups.get(id) === group);
    return {
      rule: 'no-cycle',
      file: members[0] ?? '',
      line: 0,
      text: `is in a cycle of imports with ${members.slice(1).join(', ')}`,
    };
  });
}

const layerOf = (file: string): Layer | undefined => layers.find(({ where }) => where.test(file));

function edgeViolations(edge: ImportEdge, known: ReadonlySet<string>): Violation[] {
  const layer = layerOf(edge.from);
  if (layer === undefined) return [];
  if (edge.specifier === null)
    return [violation(edge, 'literal-import', 'imports something that is only known while running')];
  return edge.to === null
    ? packageViolations(edge, layer, edge.specifier)
    : fileViolations(edge, layer, edge.to, known);
}

function fileViolations(edge: ImportEdge, layer: Layer, to: string, known: ReadonlySet<string>): Violation[] {
  const ending = layer.name === 'renderer' ? /\.(?:tsx?|css|svg)$/ : /\.ts$/;
  if (!ending.test(to))
    return [violation(edge, 'relative-ts-only', `imports ${to} without the ending of a source file`)];
  const found: Violation[] = [];
  const kind = /^electron\/connectors\/([^/]+)\//.exec(to)?.[1];
  if (kind !== undefined && !registry.test(edge.from) && !edge.from.startsWith(`electron/connectors/${kind}/`)) {
    found.push(violation(edge, 'kinds-only-in-registry', `knows the connector ${kind}; only the registry may`));
  }
  if (layer.name === 'plan and order' && /^electron\/engine\/(?:state|run|schedule)\//.test(to)) {
    found.push(violation(edge, 'pure-plan', `is pure and imports ${to}`));
  }
  if (![layer.where, ...layer.files].some((allowed) => allowed.test(to))) {
    found.push(violation(edge, 'layer-files', `is in ${layer.name} and imports ${to}`));
  }
  if (/\.tsx?$/.test(to) && !known.has(to))
    found.push(violation(edge, 'target-exists', `imports ${to}, which is not there`));
  return found;
}

/** Modules of Node that neither touch the world nor start anything. */
const computing = new Set(['buffer', 'crypto', 'events', 'timers/promises', 'util', 'zlib']);

function packageViolations(edge: ImportEdge, layer: Layer, specifier: string): Violation[] {
  const bare = specifier.replace(/^node:/, '');
  if (specifier.startsWith('node:') || builtinModules.includes(bare)) {
    const allowed = layer.node === 'all' || (layer.node === 'computing' && computing.has(bare));
    return allowed ? [] : [violation(edge, 'layer-node', `is in ${layer.name} and imports ${specifier}`)];
  }
  const name = packageName(specifier);
  if (isElectron(name))
    return electronIsTaken.has(edge.from)
      ? []
      : [
          violation(
            edge,
            'electron-only-in-shell',
            'imports electron; electron/shell/electron-port.ts gives it to the shell',
          ),
        ];
  if (drivers.has(name) && !layer.packages.includes(name))
    return [violation(edge, 'driver-only-at-home', `is in ${layer.name} and imports the driver ${name}`)];
  const allowed = layer.packages.some(
    (one) => one === name || one === '*' || (one.endsWith('/*') && name.startsWith(one.slice(0, -1))),
  );
  return allowed ? [] : [violation(edge, 'layer-packages', `is in ${layer.name} and imports the package ${name}`)];
}

/** The only files that name the package. */
const electronIsTaken: ReadonlySet<string> = new Set(['electron/shell/electron-port.ts', 'electron/preload.ts']);

const packageName = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
const isElectron = (name: string): boolean =>
  name === 'electron' || (name.startsWith('@electron/') && name !== '@electron/asar');

function violation(edge: ImportEdge, rule: RuleName, text: string): Violation {
  return { rule, file: edge.from, line: edge.line, text };
}
