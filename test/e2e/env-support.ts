import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient, type Db } from 'mongodb';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { Office } from './cli-support.ts';

/** A folder as an application has it: a `.env`, and the command started there. */
export class EnvFolder extends Office {
  /** What the environment says beside the file. */
  variables: Readonly<Record<string, string>> = {};

  constructor() {
    super('');
    onTestFinished(() => this.close());
  }

  override get env(): Record<string, string> {
    return { ...super.env, ...this.variables };
  }

  get envFile(): string {
    return join(this.dir, '.env');
  }

  write(variables: Readonly<Record<string, string>>, mode = 0o600): void {
    const lines = Object.entries(variables).map(([name, value]) => `${name}="${value}"`);
    writeFileSync(this.envFile, `# of the application\n${lines.join('\n')}\nPORT=3000\n`, { mode });
  }

  get configText(): string {
    return readFileSync(join(this.home, 'tandem.yaml'), 'utf8');
  }

  get pairs(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
    return (parse(this.configText) as { pairs: Record<string, Record<string, unknown>> }).pairs;
  }
}

/** The database as the application uses it. */
export async function database(url: string, name: string): Promise<Db> {
  const client = await new MongoClient(url).connect();
  onTestFinished(() => client.close());
  return client.db(name);
}

export const names = async (db: Db, collection: string): Promise<unknown[]> =>
  (
    await db
      .collection(collection)
      .find({}, { sort: { _id: 1 } })
      .toArray()
  ).map(({ name }) => name as unknown);
