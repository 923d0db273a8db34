import { expect } from 'vitest';

/** What the routes of `/api/sync` answer alike, whatever the sides are. */
export const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
export const post = (body?: object) => ({ method: 'POST', ...(body === undefined ? {} : { body }) });

/** The first sync of a pair of which each side has one admin, and this computer a post. */
export const completed = {
  startTime: date,
  endTime: date,
  status: 'completed',
  trigger: 'manual',
  collections: ['admins', 'posts'],
  localToRemote: { admins: 1, posts: 1 },
  remoteToLocal: { admins: 1, posts: 0 },
  conflicts: { admins: 0, posts: 0 },
  durationSeconds: expect.any(Number),
};
