import { EJSON } from 'bson';
import type { SetupFacet } from '../../engine/port/connector.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { type Command, type MongoDatabase, WRITE_CONCERN } from './mongo-database.ts';
import { MARKER_COLLECTION } from './marker-collection.ts';
import { clashUnder, indexesIn } from './clash-under.ts';
import { deleteMarker, insertMarker, readMarker } from './marker.ts';

const PURPOSE = 'One document a pair. It tells a restored or replaced database from the one the pair knows.';

export function setupFacet(database: MongoDatabase): SetupFacet {
  const change = async (what: string, work: () => Promise<void>): Promise<void> => {
    const doing = { operation: 'setup', what };
    database.assertWritable(doing);
    await database.attempt(doing, work);
  };
  const asserted = (): void => {
    if (database.hasTransactions) return;
    throw database.refusal(
      'unsupported',
      'setup',
      `${database.place.label} cannot keep a marker: it has no transactions`,
    );
  };
  return {
    create: async (statements) => {
      const commands = statements.map((statement) => commandIn(database, statement));
      await change('Creating collections', () => createAll(database, commands));
    },
    clashUnder: (statement) => {
      const command = commandIn(database, statement);
      return database.attempt({ operation: 'setup', what: 'Looking for clashes' }, () => clashUnder(database, command));
    },
    footprint: async (pair) => {
      if (!database.hasTransactions) return [];
      const doing = { operation: 'setup', what: 'Looking for the marker' };
      const present = await database.attempt(doing, async () => (await readMarker(database, pair)) !== null);
      return [{ name: MARKER_COLLECTION, purpose: PURPOSE, present }];
    },
    installMarker: async (pair, epoch) => {
      asserted();
      await change('Adding the marker', () => insertMarker(database, pair, epoch));
    },
    remove: async (pair) => {
      if (database.hasTransactions) await change('Removing the marker', () => deleteMarker(database, pair));
    },
  };
}

const VERBS = ['create', 'createIndexes'] as const;

/** One of the commands that `describe` gives; nothing else is carried out. */
function commandIn(database: MongoDatabase, statement: string): Command {
  const command = parsed(statement);
  const verb = VERBS.find((each) => command !== null && Object.keys(command)[0] === each);
  const name = verb === undefined ? undefined : command?.[verb];
  if (command === null || typeof name !== 'string')
    throw refused(database, statement, 'only create and createIndexes are taken');
  if (name === MARKER_COLLECTION || name.startsWith('system.'))
    throw refused(database, statement, 'this name is not for collections of the user');
  if ('viewOn' in command) throw refused(database, statement, 'views are not created');
  return command;
}

function parsed(statement: string): Command | null {
  try {
    const command: unknown = EJSON.parse(statement, { relaxed: false });
    return typeof command === 'object' && command !== null ? (command as Command) : null;
  } catch {
    return null;
  }
}

/** Collections first, then their indexes; after a failure what was made here goes again: such a collection is empty. */
async function createAll(database: MongoDatabase, commands: readonly Command[]): Promise<void> {
  const made: string[] = [];
  const indexed: Command[] = [];
  try {
    for (const verb of VERBS) {
      for (const command of commands.filter((each) => verb in each)) {
        const { numIndexesBefore, numIndexesAfter } = await database.db.command({
          ...command,
          writeConcern: WRITE_CONCERN,
        });
        if (verb === 'create') made.push(String(command[verb]));
        else if (numIndexesAfter !== numIndexesBefore) indexed.push(command);
      }
    }
  } catch (error) {
    for (const command of indexed) if (!made.includes(collectionOf(command))) await dropIndexes(database, command);
    for (const name of made.reverse()) await dropIfEmpty(database, name);
    if (error instanceof AppError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw refused(
      database,
      '',
      why,
      commands.every((command) => 'createIndexes' in command) ? 'indexes' : 'collections',
    );
  }
}

const collectionOf = ({ createIndexes }: Command): string => String(createIndexes);

async function dropIndexes({ db }: MongoDatabase, command: Command): Promise<void> {
  for (const { name } of indexesIn(command))
    await db.command({ dropIndexes: collectionOf(command), index: name, writeConcern: WRITE_CONCERN });
}

async function dropIfEmpty(database: MongoDatabase, name: string): Promise<void> {
  for await (const _document of database.find(name, { filter: {}, limit: 1, level: 'local' })) return;
  await database.db.dropCollection(name, { writeConcern: { w: 'majority', j: true } });
}

function refused(
  database: MongoDatabase,
  statement: string,
  why: string,
  what: 'collections' | 'indexes' = 'collections',
): AppError {
  const shown = statement.length > 200 ? `${statement.slice(0, 200)}…` : statement;
  return new AppError({
    code: 'refused',
    operation: 'setup',
    subject: { path: database.place.label },
    message: `Creating ${what} in ${database.place.label} stopped: ${why}${shown === '' ? '' : ` (in ${JSON.stringify(shown)})`}.`,
    next: 'Nothing was created.',
    hint:
      what === 'indexes'
        ? 'Change the documents that are in the way, then ask again; or create the indexes with your own program.'
        : 'Create the collections with your own program, then add the pair again.',
    retry: 'after-user-action',
  });
}
