import { useRef } from 'react';
import type { WireProgress } from '../../../shared/contract/run-shapes.ts';

export interface Pace {
  readonly perSecond: number;
  /** Seconds. */
  readonly left: number;
}

/** Earlier than this a guess would jump. */
const AFTER_MS = 1500;

/** How fast the phase goes and how long its rest takes; undefined as long as nobody can know. */
export function usePace(progress: WireProgress | undefined): Pace | undefined {
  const began = useRef<{ readonly phase: string; readonly at: number; readonly done: number }>(undefined);
  if (progress === undefined || progress.all === 0) return undefined;
  const { phase, done, all } = progress;
  if (began.current?.phase !== phase || done < began.current.done) began.current = { phase, at: Date.now(), done };
  const elapsed = Date.now() - began.current.at;
  const moved = done - began.current.done;
  if (elapsed < AFTER_MS || moved <= 0) return undefined;
  const perSecond = (moved / elapsed) * 1000;
  return { perSecond, left: (all - done) / perSecond };
}
