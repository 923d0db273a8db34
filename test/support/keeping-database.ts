import type { MongoDatabase } from '../../electron/connectors/mongodb/mongo-database.ts';
import { CallSize } from '../../electron/connectors/mongodb/write/call-size.ts';

/**
 * In the place of a database of a server, for inserts in transactions: it keeps of each document what `keeps` makes of
 * its bytes, or refuses the command with what that throws. It knows one collection, no second writer, and finds
 * everything whatever it is asked for.
 */
export class KeepingDatabase {
  readonly database: MongoDatabase;
  commands = 0;
  committed: readonly Buffer[] = [];
  #pending: Buffer[] = [];

  constructor(keeps: (document: Buffer) => Buffer) {
    const pending = (): readonly Buffer[] => this.#pending;
    const used: Partial<MongoDatabase> = {
      topology: 'replica set',
      callSize: new CallSize(),
      client: { startSession: () => this.#session() } as unknown as MongoDatabase['client'],
      send: async (command) => {
        this.commands++;
        const { chunks } = command['documents'] as { readonly chunks: readonly Buffer[] };
        const documents = chunks.slice(1).map(keeps);
        this.#pending.push(...documents);
        return { n: documents.length };
      },
      batches: async function* () {
        yield pending();
      },
    };
    this.database = used as MongoDatabase;
  }

  #session(): object {
    return {
      startTransaction: () => void (this.#pending = []),
      commitTransaction: async () => void (this.committed = this.#pending),
      inTransaction: () => true,
      abortTransaction: async () => undefined,
      endSession: async () => undefined,
    };
  }
}
