import type { Labels } from './recommendations.ts';

/** What a stamping pair keeps in the local database, and how it goes again (L16). */
export const stampLines = ({ a }: Labels): string[] => [
  `The documents on ${a} will tell how far they are in step: syncedAt, syncStatus and origin, which never travel.`,
  `Its database also receives the collections conflict_logs, sync_logs and sync_config.`,
  'Remove the pair with --purge to take the collections away, and with --unstamp to take the fields out.',
];
