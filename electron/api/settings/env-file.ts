import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { FROM_ENVIRONMENT } from '../../../shared/config/schema.ts';
import type { WireEnvRequest } from '../../../shared/contract/pair-shapes.ts';

const NAMES = ['MONGODB_LOCAL_URL', 'MONGODB_CLOUD_URL', 'DATABASE_NAME'] as const;
type Variables = Partial<Record<(typeof NAMES)[number], string>>;

/** A file of settings is short; whatever is longer is none. */
const MOST_BYTES = 1024 * 1024;

export const envFileIn = (folder: string): string => join(folder, '.env');

/** The three variables as the `.env` of a folder has them; null where there is no such file, or none of them in it. */
function variablesIn(folder: string): Variables | null {
  const path = envFileIn(folder);
  let found: NodeJS.Dict<string>;
  try {
    if (statSync(path).size > MOST_BYTES) return null;
    found = parseEnv(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
  const mine = NAMES.flatMap((name) => (found[name] === undefined ? [] : [[name, found[name]] as const]));
  return mine.length === 0 ? null : Object.fromEntries(mine);
}

/** Does the `.env` of this folder hold the address of a database? */
export const holdsAddress = (folder: string): boolean => {
  const found = variablesIn(folder);
  return [found?.MONGODB_LOCAL_URL, found?.MONGODB_CLOUD_URL].some((url) => (url ?? '').trim() !== '');
};

/** Where the variables of a pair are, for people. */
export const envPlace = (from: string): string => (from === FROM_ENVIRONMENT ? 'the environment' : envFileIn(from));

/** Does what a pair was made from still say its addresses? Then an address that is given otherwise would not last. */
export const isStillMeant = (from: string): boolean => from === FROM_ENVIRONMENT || holdsAddress(from);

const databaseOf = (url: string): string => /^mongodb(?:\+srv)?:\/\/[^/?]+\/([^/?]+)/i.exec(url)?.[1] ?? '';

export interface EnvSettings {
  /** Null where the variables do not make a pair. */
  readonly request: WireEnvRequest | null;
  /** Those that are missing where some are there. */
  readonly missing: readonly string[];
}

/** What the `.env` of a folder and the environment say together; a variable that is set in the environment wins, also an empty one. */
export function envSettings(folder: string, env: Readonly<Record<string, string | undefined>>): EnvSettings {
  const file = variablesIn(folder);
  const valueOf = (name: (typeof NAMES)[number]): string => (env[name] ?? file?.[name] ?? '').trim();
  const [local, cloud, named] = NAMES.map(valueOf) as [string, string, string];
  // An address that names its database says what it is called.
  const database = named === '' ? databaseOf(local) : named;
  const needed = { MONGODB_LOCAL_URL: local, DATABASE_NAME: database };
  const missing = Object.entries(needed).flatMap(([name, value]) => (value === '' ? [name] : []));
  if (missing.length > 0) return { request: null, missing: local + cloud === '' ? [] : missing };
  const fromFile = NAMES.some((name) => env[name] === undefined && file?.[name] !== undefined);
  return { request: { from: fromFile ? folder : FROM_ENVIRONMENT, local, cloud, database }, missing: [] };
}
