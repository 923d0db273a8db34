import { once } from 'node:events';
import { mongoServer } from './mongo-server.ts';

/** A process that starts a server, says which, and then lives until it is killed. */
export interface HeldMongo {
  readonly pid: number;
  readonly folder: string;
}

const server = await mongoServer({ kind: 'standalone' });
const held: HeldMongo = { pid: server.pid ?? 0, folder: server.folder };
console.log(JSON.stringify(held));
if (process.argv[2] === 'wait') await once(process.stdin.resume(), 'end');
