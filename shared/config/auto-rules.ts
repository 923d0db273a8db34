/** By what `auto-resolve`, and the strategy `auto`, decide; the first that fits. Help and documentation say it from here. */
export const autoRules: readonly string[] = [
  'A unique value was used by two records, and the other side does not dispute it any more: the conflict is cleared.',
  'A unique value is used by two records, and the local one was created less than an hour ago (its field createdAt or created_at, else the time in an object id): the local record gets a new value.',
  'A unique value is used by two records, and the other one is gone while the value is still taken: the local record gets a new value.',
  'Both sides have the record, or one record each with the same unique value; both have a time, and the remote one is later: the remote record is kept. The time stands in the field that newestBy of the collection names, else in updatedAt.',
];

/** What the rules leave to a person, and how far times can be trusted. */
export const autoLimits =
  'Everything else is left to you: a later local record, equal or missing times, deletions, missing parents, refused records. A time is what a clock or a program wrote; two edits whose clocks disagree are decided wrongly, and a record added twice loses one of the two. Every decision is recorded with the losing value and can be undone.';
