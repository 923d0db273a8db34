import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import type { ConflictKind } from '../../../shared/model/words.ts';
import { keyWord } from './key-word.ts';
import { safeText } from './safe-text.ts';

/** What one can do about a conflict, and the command that does it; null where there is none but to wait. */
export interface Recommendation {
  readonly text: string;
  readonly command: readonly string[] | null;
}

export interface Labels {
  readonly a: string;
  readonly b: string;
}

type Strategy = 'keep_local' | 'keep_remote' | 'rename_local' | 'keep_both';

/** Names the generation that is shown, so that a record which changed meanwhile is not decided unseen. */
const resolve = ({ id, generation }: WireConflict, strategy: Strategy, ...more: string[]): string[] => [
  'resolve',
  String(id),
  '--strategy',
  strategy,
  ...more,
  '--generation',
  String(generation),
];

const byHand = ({ id, fields }: WireConflict, labels: Labels): Recommendation => ({
  text: `Edit by hand: look at all fields, then give the value for ${fields.length === 0 ? 'a field' : fields.map((field) => safeText(field, 40)).join(', ')} with --strategy merge --field NAME=VALUE. It is written to ${labels.a} and ${labels.b}.`,
  command: ['show', String(id)],
});

const ask = ({ pair, collection, key }: WireConflict): Recommendation => ({
  text: 'Ask whoever made the change; until then it waits as it is, and everything else goes on. What happened to the record so far:',
  command: ['timeline', pair, collection, keyWord(key)],
});

const takeRemote = (conflict: WireConflict, { b }: Labels): Recommendation => ({
  text: `Take ${b}: both sides get its state.`,
  command: resolve(conflict, 'keep_remote'),
});
const takeLocal = (conflict: WireConflict, { a }: Labels): Recommendation => ({
  text: `Keep ${a}: both sides get its state.`,
  command: resolve(conflict, 'keep_local'),
});

/** Four for every kind, the one that keeps most first. */
export function recommendations(conflict: WireConflict, labels: Labels): readonly Recommendation[] {
  return byKind[conflict.kind](conflict, labels);
}

const twoStates = (conflict: WireConflict, labels: Labels): readonly Recommendation[] => [
  takeRemote(conflict, labels),
  takeLocal(conflict, labels),
  byHand(conflict, labels),
  ask(conflict),
];

const byKind: Readonly<Record<ConflictKind, (conflict: WireConflict, labels: Labels) => readonly Recommendation[]>> = {
  'update/update': twoStates,
  bounce: twoStates,
  undone: twoStates,
  restored: twoStates,
  'type-misfit': twoStates,
  rejected: twoStates,
  'fk-parent-missing': (conflict, labels) => [
    { text: `Bring the missing record back on the side that lacks it, then sync.`, command: ['sync', conflict.pair] },
    ...twoStates(conflict, labels).slice(0, 1),
    byHand(conflict, labels),
    ask(conflict),
  ],
  'fk-child-exists': (conflict, labels) =>
    [
      {
        text: 'Keep the record that others refer to.',
        command: resolve(conflict, conflict.local === null ? 'keep_remote' : 'keep_local'),
      },
      { text: 'Delete the records that refer to it first, then sync.', command: ['sync', conflict.pair] },
      byHand({ ...conflict, fields: [] }, labels),
      ask(conflict),
    ].map((each, i) => (i === 2 ? { ...each, text: 'Look at the record and at what refers to it.' } : each)),
  schema: (conflict, labels) => [
    { text: 'Make the definitions equal on both sides, then sync.', command: ['sync', conflict.pair] },
    byHand(conflict, labels),
    ask(conflict),
  ],
  'delete/update': (conflict, labels) => {
    const [kept, gone] = conflict.local === null ? [labels.b, labels.a] : [labels.a, labels.b];
    return [
      {
        text: `Keep the edited record of ${kept}; it comes back on ${gone}.`,
        command: resolve(conflict, conflict.local === null ? 'keep_remote' : 'keep_local'),
      },
      {
        text: `Delete it on ${kept} too.`,
        command: resolve(conflict, conflict.local === null ? 'keep_local' : 'keep_remote'),
      },
      byHand(conflict, labels),
      ask(conflict),
    ];
  },
  'insert/insert': (conflict, labels) => [
    takeRemote(conflict, labels),
    takeLocal(conflict, labels),
    {
      text: `Keep both: the record of ${labels.a} gets a new key.`,
      command: resolve(conflict, 'keep_both'),
    },
    byHand(conflict, labels),
  ],
  unique: (conflict, labels) => [
    conflict.suggestion === null
      ? {
          text: `Rename the record on ${labels.a} to a value that is free on both sides; Tandem chooses one.`,
          command: resolve(conflict, 'rename_local'),
        }
      : {
          text: `Rename the record on ${labels.a} to ${safeText(conflict.suggestion, 60)}, which is free on both sides.`,
          command: resolve(conflict, 'rename_local', '--value', conflict.suggestion),
        },
    {
      text: `Take ${labels.b}: its record keeps the value, the record on ${labels.a} gives it up.`,
      command: resolve(conflict, 'keep_remote'),
    },
    {
      text: `Edit by hand: look at both records, then name another value with --strategy merge --value VALUE.`,
      command: ['show', String(conflict.id)],
    },
    ask(conflict),
  ],
};
