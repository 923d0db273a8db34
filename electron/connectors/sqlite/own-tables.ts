import { MARKER_TABLE } from './marker-table.ts';
import { foldName } from './sql.ts';

/** Keys of rows that changed, written by the triggers that a person may allow (L16). */
export const NOTES_TABLE = '_tandem_changes';
/** Up to where each pair has read them. */
export const READERS_TABLE = '_tandem_readers';

/** All that Tandem may keep in a user's file. No definition of the user's, and in no pair. */
export const OWN_TABLES = [MARKER_TABLE, NOTES_TABLE, READERS_TABLE] as const;

export const isOwnTable = (name: string): boolean => OWN_TABLES.some((own) => own === foldName(name));

export const isOwnTrigger = (name: string): boolean => foldName(name).startsWith(`${NOTES_TABLE} `);
