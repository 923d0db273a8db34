import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { QuietRing } from '../../electron/api/live/quiet-ring.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('[LV1] a file that is copied over is looked at when the copy has come to rest, and not half of it', () => {
  let rings = 0;
  const quiet = new QuietRing(() => rings++);
  for (let piece = 0; piece < 10; piece++) {
    quiet.ring();
    vi.advanceTimersByTime(20);
  }
  expect(rings).toBe(0);
  vi.advanceTimersByTime(30);
  expect(rings).toBe(1);
  vi.advanceTimersByTime(5000);
  expect(rings).toBe(1);
});

it('[LV1] who writes without a pause is heard all the same', () => {
  let rings = 0;
  const quiet = new QuietRing(() => rings++);
  for (let ms = 0; ms < 2000; ms += 10) {
    quiet.ring();
    vi.advanceTimersByTime(10);
  }
  expect(rings).toBeGreaterThanOrEqual(3);
  expect(rings).toBeLessThanOrEqual(4);
});

it('[LV1] what was cancelled is not told', () => {
  let rings = 0;
  const quiet = new QuietRing(() => rings++);
  quiet.ring();
  quiet.cancel();
  vi.advanceTimersByTime(5000);
  expect(rings).toBe(0);
  quiet.ring();
  vi.advanceTimersByTime(30);
  expect(rings).toBe(1);
});
