import { z } from 'zod';
import { captureLevels } from '../model/words.ts';

/** How a side notices what others change; null where it was not opened or does not tell. */
export const captureInfo = z.strictObject({ level: z.enum(captureLevels), why: z.string() }).nullable();
export const captures = z.strictObject({ A: captureInfo, B: captureInfo });
export type WireCaptures = z.infer<typeof captures>;
