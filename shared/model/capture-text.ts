import type { captureLevels } from './words.ts';

const words = {
  'change-stream': 'change stream (what others change is told by the database)',
  triggers: 'triggers in the file (they note which records change), read at each sync',
  'gated-scan': 'looking through all records (full scan), after others have written',
  'full-scan': 'looking through all records (full scan) at each sync',
} as const satisfies Record<(typeof captureLevels)[number], string>;

/** How a side notices what others change. The only place with these words. */
export const captureText = (capture: {
  readonly level: (typeof captureLevels)[number];
  readonly why: string;
}): string => (capture.why === '' ? words[capture.level] : `${words[capture.level]}: ${capture.why}`);
