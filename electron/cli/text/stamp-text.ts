import type { Labels } from './recommendations.ts';

/** What a stamping pair keeps in the local database, and how it goes again (L16). */
export const stampLines = ({ a }: Labels): string[] => [
  `The documents on ${a} will tell how far they are in step: syncedAt, syncStatus and origin, which never travel.`,
  'Where a document already says such a thing it is written anew; anything else in these fields is kept.',
  `Its database also receives the collections conflict_logs, sync_logs and sync_config.`,
  'Remove the pair with --purge to take the collections away, and with --unstamp to take the fields out.',
];

/** After stamps were switched off and left in the documents; `remove`: the command that takes them out. */
export const stampsLeft = ({ a }: Labels, remove: string): string[] => [
  `No stamps are kept from now on. Those in documents on ${a} stay; they are fields like any other now, and travel with the next sync.`,
  'To take them out before that:',
  `  ${remove}`,
];

export const KEEP_OWN =
  'where stamps are kept: documents that hold something of their own in these fields keep it, and are not stamped';
export const KEEP_OWN_QUESTION = 'Shall these documents keep what they hold, and go without stamps?';
