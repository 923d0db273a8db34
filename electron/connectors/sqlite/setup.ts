import type { SetupFacet } from '../../engine/port/connector.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { copySqliteFile } from './copy.ts';
import { isRefusal } from './errors.ts';
import { assertWritable, deleteMarker, insertMarker, readMarker } from './marker.ts';
import { MARKER_TABLE } from './marker-table.ts';
import { readsNotes, stopReading } from './notes/note-tables.ts';
import { isOwnTable, NOTES_TABLE, READERS_TABLE } from './own-tables.ts';
import { isSign, isWord, tokenize, type Token } from './sql.ts';
import type { SqliteFile } from './sqlite-file.ts';

type Kind = 'table' | 'column' | 'index' | 'view' | 'trigger';

/** Triggers come last: nothing may fire before everything stands. */
const ORDER: readonly Kind[] = ['table', 'column', 'index', 'view', 'trigger'];

const PURPOSE = 'One row a pair. It tells a restored or replaced database from the one the pair knows.';
const NOTES_PURPOSE =
  'Keys of changed rows, noted by triggers on the tables of the pair, so that a sync need not look at every row.';
const READERS_PURPOSE = 'Up to where each pair has read these notes.';

/** `triggers`: they are asked for, so that they are listed before they are there. */
export function setupFacet(file: SqliteFile, triggers: boolean): SetupFacet {
  const { db } = file;
  const change = (what: string, work: () => void, makes = false): Promise<void> =>
    file.attempt({ operation: 'setup', what }, () => {
      const doing = { operation: 'setup', what };
      assertWritable(file, doing);
      file.begin(doing, { makes });
      work();
      file.commit(doing);
    });
  return {
    create: async (statements) => {
      const ordered = inWorkingOrder(statements, file.path);
      const createAll = (): void => {
        for (const statement of ordered) createOne(file, statement);
      };
      await change('Creating tables', createAll, true);
    },
    footprint: async (pair) => {
      const [marks, reads] = await file.read(
        { operation: 'setup', what: 'Looking for the marker and for triggers' },
        () => [readMarker(db, pair) !== null, readsNotes(db, pair)] as const,
      );
      const marker = { name: MARKER_TABLE, purpose: PURPOSE, present: marks };
      return !triggers && !reads
        ? [marker]
        : [
            marker,
            { name: NOTES_TABLE, purpose: NOTES_PURPOSE, present: reads },
            { name: READERS_TABLE, purpose: READERS_PURPOSE, present: reads },
          ];
    },
    installMarker: (pair, epoch) => change('Adding the marker', () => insertMarker(db, pair, epoch)),
    removeTriggers: (pair) => change('Removing the triggers', () => stopReading(db, pair)),
    remove: (pair) =>
      change('Removing the marker and triggers', () => {
        deleteMarker(db, pair);
        stopReading(db, pair);
      }),
    copyTo: (path, signal) => copySqliteFile(file, path, signal),
  };
}

function inWorkingOrder(statements: readonly string[], path: string): string[] {
  const kinds = statements.map(
    (statement) =>
      kindOf(statement) ??
      refuse(path, statement, 'only CREATE TABLE, INDEX, VIEW and TRIGGER and ALTER TABLE ADD COLUMN are taken'),
  );
  return ORDER.flatMap((kind) => statements.filter((_, i) => kinds[i] === kind));
}

/** `undefined` for anything but a plain definition in the file itself: no TEMP, no other schema, no virtual table, no copy of data. */
function kindOf(statement: string): Kind | undefined {
  const tokens = tokenize(statement);
  if (isWord(tokens[0], 'ALTER')) return addsColumn(tokens) ? 'column' : undefined;
  if (!isWord(tokens[0], 'CREATE')) return undefined;
  const at = isWord(tokens[1], 'UNIQUE') ? 2 : 1;
  const kind = ORDER.find((candidate) => isWord(tokens[at], candidate.toUpperCase()));
  if (kind === undefined || (at === 2 && kind !== 'index')) return undefined;
  const name = isWord(tokens[at + 1], 'IF') ? at + 4 : at + 1;
  if (isSign(tokens[name + 1], '.') || isOwnTable(tokens[name]?.value ?? '')) return undefined;
  return kind === 'table' && isWord(tokens[name + 1], 'AS') ? undefined : kind;
}

const addsColumn = (tokens: readonly Token[]): boolean =>
  isWord(tokens[1], 'TABLE') &&
  !isOwnTable(tokens[2]?.value ?? '') &&
  isWord(tokens[3], 'ADD') &&
  isWord(tokens[4], 'COLUMN');

/** `prepare` takes one statement only, so nothing can hide behind a semicolon. */
function createOne(file: SqliteFile, statement: string): void {
  try {
    file.db.prepare(statement).run();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    refuse(file.path, statement, error instanceof Error ? error.message : String(error));
  }
}

function refuse(path: string, statement: string, why: string): never {
  const shown = statement.length > 200 ? `${statement.slice(0, 200)}…` : statement;
  throw new AppError({
    code: 'refused',
    operation: 'setup',
    subject: { path },
    message: `Creating tables in ${path} stopped: ${why} (in ${JSON.stringify(shown)}).`,
    next: 'Nothing was created.',
    hint: 'Make them with your own program, then give the command again.',
    retry: 'after-user-action',
  });
}
