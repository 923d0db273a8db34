import type { ClientSession } from 'mongodb';
import { MongoError } from 'mongodb';
import { isAnswerLost, isTransient, outcomeUnknown, type Doing } from '../errors.ts';
import { isOverloaded, waitMs } from '../overload.ts';
import { type MongoDatabase, WRITE_CONCERN } from '../mongo-database.ts';

/** Others who write the same documents make a transaction start over; then it waits a little longer each time. */
const ATTEMPTS = 12;

/**
 * What `work` does in one transaction, acknowledged by most members before this resolves. `work` starts over when others
 * were faster. An error of `work` takes everything back and is passed on.
 */
export async function inTransaction<T>(
  database: MongoDatabase,
  doing: Doing,
  work: (session: ClientSession) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    let overloaded = false;
    const session = database.client.startSession({ causalConsistency: false });
    try {
      session.startTransaction({
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority', j: true, wtimeoutMS: WRITE_CONCERN.wtimeout },
        readPreference: 'primary',
      });
      const done = await work(session);
      await commit(session, database, doing);
      return done;
    } catch (error) {
      overloaded = isOverloaded(error);
      await takeBack(session);
      if (!isTransient(error) && !isOverloaded(error)) throw error;
      if (attempt >= ATTEMPTS && isOverloaded(error)) throw error;
      if (attempt >= ATTEMPTS) throw isAnswerLost(error) ? error : busy(database, doing, error);
    } finally {
      await session.endSession();
    }
    await database.sleep(overloaded ? waitMs(Math.min(attempt, 5), '', Math.random) : Math.min(500, 5 * 2 ** attempt));
  }
}

/** Asked again, a commit answers the same. */
async function commit(session: ClientSession, database: MongoDatabase, doing: Doing): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await session.commitTransaction();
      return;
    } catch (error) {
      if (isTransient(error)) throw error;
      const isOpen =
        isAnswerLost(error) || (error instanceof MongoError && error.hasErrorLabel('UnknownTransactionCommitResult'));
      if (!isOpen) throw error;
      if (attempt >= 3) throw outcomeUnknown(doing, database.place, error);
    }
  }
}

/** The server takes back by itself what is not committed; the answer is of no use. */
async function takeBack(session: ClientSession): Promise<void> {
  if (session.inTransaction()) await session.abortTransaction().catch(() => undefined);
}

function busy(database: MongoDatabase, { operation, what }: Doing, cause: unknown): Error {
  const message = `${what} stopped: others keep writing the same documents of ${database.place.label}`;
  const error = database.refusal('busy', operation, message, 'It is tried again at the next sync.');
  return Object.assign(error, { cause: cause instanceof Error ? cause.message : String(cause), retry: 'backoff' });
}
