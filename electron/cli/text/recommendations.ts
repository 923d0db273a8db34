import type { WireConflict } from '../../../shared/contract/conflict-shapes.ts';
import type { ConflictKind } from '../../../shared/model/words.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import { TO_FILL_IN } from '../parse/values.ts';
import { takenText } from './goes-along.ts';
import { recordWords } from './key-word.ts';
import { safeText } from './safe-text.ts';
import { differing } from './value-window.ts';
import { capital, listText } from './words.ts';

/** What one can do about a conflict, and the command that does it; null where there is none but to wait. */
export interface Recommendation {
  readonly text: string;
  readonly command: readonly string[] | null;
}

export interface Labels {
  readonly a: string;
  readonly b: string;
}

type Strategy = 'keep_local' | 'keep_remote' | 'rename_local' | 'keep_both' | 'merge';

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

/** The command is ready but for the values: `…` in their place is refused, so that it never gets into a record. */
function byHand(conflict: WireConflict, labels: Labels): Recommendation {
  const { local, remote, base, id } = conflict;
  const disputed =
    conflict.fields.length > 0 ? conflict.fields : differing(local, remote ?? base).slice(0, MOST_FIELDS);
  // Nothing but the key, which is not to be changed: a document takes further fields.
  if (disputed.length === 1 && disputed[0] === '_id' && conflict.fields.length === 0)
    return {
      text: `Edit by hand: write a field that ${labels.a} and ${labels.b} shall both have in place of NAME and its value in place of ${TO_FILL_IN}`,
      command: resolve(conflict, 'merge', '--field', `NAME=${TO_FILL_IN}`),
    };
  if (disputed.length === 0) return { text: 'Look at every field of both sides.', command: ['show', String(id)] };
  return {
    text: `Edit by hand: write what ${labels.a} and ${labels.b} shall both have in place of each ${TO_FILL_IN}`,
    command: resolve(conflict, 'merge', ...disputed.flatMap((field) => ['--field', `${field}=${TO_FILL_IN}`])),
  };
}

const MOST_FIELDS = 5;

/** The records that stand in the way, counted, and the first of them by name. */
function childrenText({ blockedBy, blocking }: WireConflict): string {
  const names = blockedBy
    .slice(0, 3)
    .map(({ collection, key }) => `${safeText(collection, 40)} ${safeText(key.text, 40)}`);
  if (names.length === 0) return 'the records that refer to it';
  const more = blocking - names.length;
  const count = `${blocking >= MOST_COUNTED ? 'at least ' : ''}${countText(blocking, 'record')}`;
  return `the ${count} that ${blocking === 1 ? 'refers' : 'refer'} to it (${names.join('; ')}${more > 0 ? `; and ${more} more` : ''})`;
}

/** More are not looked for. */
const MOST_COUNTED = 1000;

const ask = ({ pair, collection, key }: WireConflict): Recommendation => ({
  text: 'Ask whoever made the change; until then it waits as it is, and everything else goes on. What happened to the record so far:',
  command: ['timeline', pair, ...recordWords(collection, key)],
});

const takeRemote = (conflict: WireConflict, labels: Labels): Recommendation => ({
  text:
    conflict.remote === null
      ? `Do without the record: it is deleted on ${labels.a} too.`
      : `Take ${labels.b}: ${takenText(conflict, labels)}.`,
  command: resolve(conflict, 'keep_remote'),
});
const takeLocal = (conflict: WireConflict, labels: Labels): Recommendation => ({
  text:
    conflict.local === null
      ? `Do without the record: it is deleted on ${labels.b} too.`
      : `Keep ${labels.a}: ${takenText(conflict, labels)}.`,
  command: resolve(conflict, 'keep_local'),
});

/** At most four, the one that keeps most first; only what can be carried out now. */
export function recommendations(conflict: WireConflict, labels: Labels): readonly Recommendation[] {
  const { status, possible, kind, pair } = conflict;
  if (status === 'reopened')
    return [{ text: 'It changed again: look at it anew with the next sync.', command: ['sync', pair] }, ask(conflict)];
  if (
    possible.length === 0 &&
    kind !== 'schema' &&
    kind !== 'fk-child-exists' &&
    conflict.heldBy.length === 0 &&
    conflict.missingParents.length === 0
  )
    return [
      {
        text: 'Mend the value in the database itself, with your own program. Once that is done, sync:',
        command: ['sync', pair],
      },
      ask(conflict),
    ];
  // What would be refused is not offered.
  const offered = byKind[kind](conflict, labels).filter(
    ({ command }) => command?.[0] !== 'resolve' || possible.some((strategy) => strategy === command[3]),
  );
  return [...parentsFirst(conflict, labels), ...givenUpFirst(conflict, labels), ...offered].slice(0, MOST_OFFERED);
}

const MOST_OFFERED = 4;

/** What another record holds can be had once that one has given it up. */
function givenUpFirst({ heldBy, collection, pair, kind }: WireConflict, labels: Labels): readonly Recommendation[] {
  const first = heldBy.find(({ undoneRun }) => undoneRun !== null) ?? heldBy[0];
  // What is offered of a unique clash gives all of it up.
  if (!first || (kind === 'unique' && first.undoneRun === null)) return [];
  const { side, key, fields, conflict, undoneRun } = first;
  const holder = `${safeText(collection, 40)} ${safeText(key.text, 60)} on ${side === 'A' ? labels.a : labels.b}`;
  const what = `the same ${safeText(listText(fields), 80)}, which must be unique`;
  if (undoneRun !== null)
    return [
      {
        text: `Answer the hold first: ${holder}, which rests after the undo of run ${undoneRun}, has ${what}.`,
        command: ['holds', '--pair', pair, '--collection', collection, '--run', String(undoneRun)],
      },
    ];
  if (conflict !== null)
    return [{ text: `Decide #${conflict} first: ${holder} has ${what}.`, command: ['show', String(conflict)] }];
  const text = `Change ${holder} first: it has ${what}. Once that is done, sync:`;
  return [{ text, command: ['sync', pair] }];
}

const twoStates = (conflict: WireConflict, labels: Labels): readonly Recommendation[] => [
  takeRemote(conflict, labels),
  takeLocal(conflict, labels),
  byHand(conflict, labels),
  ask(conflict),
];

/** What a side refused is no decision of a person: it goes with a sync once the side takes it. */
function refused(conflict: WireConflict, labels: Labels): readonly Recommendation[] {
  const { possible, pair } = conflict;
  const toA = possible.includes('keep_local');
  if (toA && possible.includes('keep_remote')) return twoStates(conflict, labels);
  const [from, by] = toA ? [labels.b, labels.a] : [labels.a, labels.b];
  const asIn: Recommendation = {
    text: `To have it everywhere as it is on ${from}, change what ${by} requires, with your own program. Once that is done, sync:`,
    command: ['sync', pair],
  };
  const [taken, byHandToo, asked] = [
    toA ? takeLocal(conflict, labels) : takeRemote(conflict, labels),
    byHand(conflict, labels),
    ask(conflict),
  ];
  // A deletion is never what comes first.
  return conflict.local === null || conflict.remote === null
    ? [asIn, byHandToo, taken, asked]
    : [taken, byHandToo, asIn, asked];
}

/** Every parent that is missing has to come back, or its reference has to change. */
function broughtBack({ missingParents, pair }: WireConflict, labels: Labels): Recommendation {
  const [first] = missingParents;
  if (!first) return { text: 'What it waited for may be there by now: sync.', command: ['sync', pair] };
  return { text: capital(`${stepsText(missingParents, labels)}. Once that is done, sync:`), command: ['sync', pair] };
}

type MissingParent = WireConflict['missingParents'][number];

/** What has to be done about each missing record, of which a side lacks at least one. */
function stepsText(missing: readonly MissingParent[], labels: Labels): string {
  const name = ({ collection, text, conflict }: MissingParent): string =>
    `${safeText(collection, 40)} ${safeText(text, 60)}${conflict === null ? '' : ` (#${conflict})`}`;
  const waiting = missing.filter(({ conflict }) => conflict !== null);
  const gone = missing.filter(({ conflict, elsewhere }) => conflict === null && elsewhere);
  const nowhere = missing.filter(({ conflict, elsewhere }) => conflict === null && !elsewhere);
  const sides = [...new Set(gone.map(({ side }) => (side === 'A' ? labels.a : labels.b)))];
  return [
    ...(waiting.length > 0 ? [`decide ${listText(waiting.map(name))} first`] : []),
    ...(gone.length > 0 ? [`bring ${listText(gone.map(name))} back on ${listText(sides)}`] : []),
    ...(nowhere.length > 0 ? [`make ${listText(nowhere.map(name))}, which neither side has`] : []),
  ].join(', ');
}

/** An answer that keeps a record needs what that record refers to. */
function parentsFirst(
  { kind, missingParents, possible, local, remote, pair }: WireConflict,
  labels: Labels,
): readonly Recommendation[] {
  if (kind === 'fk-parent-missing' || kind === 'fk-child-exists') return [];
  return (['A', 'B'] as const).flatMap((side): Recommendation[] => {
    const missing = missingParents.filter((one) => one.side === side);
    if (missing.length === 0 || possible.includes(side === 'A' ? 'keep_remote' : 'keep_local')) return [];
    const [from, to] = side === 'A' ? [labels.b, labels.a] : [labels.a, labels.b];
    const what = local === null || remote === null ? `To keep the record of ${from}` : `To take what ${from} has`;
    const [only, ...more] = missing;
    const text = `${what}, ${stepsText(missing, labels)}: ${to} lacks what it refers to`;
    return more.length === 0 && only !== undefined && only.conflict !== null
      ? [{ text: `${text}.`, command: ['show', String(only.conflict)] }]
      : [{ text: `${text}. Once that is done, sync:`, command: ['sync', pair] }];
  });
}

/** The side where the parent is missing keeps what it has; the other state cannot be written there. */
function withoutParent(conflict: WireConflict, labels: Labels): Recommendation {
  const { local, remote, possible } = conflict;
  if (local === null || remote === null) {
    const other = local === null ? labels.b : labels.a;
    return {
      text: `Do without the record: it is deleted on ${other} too.`,
      command: resolve(conflict, local === null ? 'keep_local' : 'keep_remote'),
    };
  }
  return possible.includes('keep_local') ? takeLocal(conflict, labels) : takeRemote(conflict, labels);
}

/** Nobody deleted it: a value that others refer to is another one now. */
function changedBack(conflict: WireConflict, labels: Labels): Recommendation {
  const edited = new Set(differing(conflict.base, conflict.local));
  return conflict.fields.some((field) => edited.has(field))
    ? takeRemote(conflict, labels)
    : takeLocal(conflict, labels);
}

/** The remote record keeps what both want; what becomes of the other one is said before anybody decides. */
function givingUp(conflict: WireConflict, labels: Labels): readonly Recommendation[] {
  const { givesUp } = conflict;
  if (givesUp.length === 0 || givesUp.some(({ emptied, suggestion }) => !emptied && suggestion === null)) return [];
  const emptied = givesUp.filter((each) => each.emptied).map(({ field }) => safeText(field, 80));
  const becomes = [
    ...(emptied.length > 0 ? [`has no ${listText(emptied)} then`] : []),
    ...givesUp.flatMap((each) => (each.emptied ? [] : [`gets ${namedText(each)}`])),
  ];
  return [
    {
      text: `Take ${labels.b}: ${keptText(conflict)}, the record on ${labels.a} ${listText(becomes)}.`,
      command: resolve(conflict, 'keep_remote'),
    },
  ];
}

type GivesUp = WireConflict['givesUp'][number];

/** One field, and no other could be meant. */
const isPlain = (gives: readonly GivesUp[]): boolean => gives.length === 1 && gives[0]?.fields.length === 1;

const namedText = ({ field, suggestion }: GivesUp): string =>
  `${safeText(field, 80)} ${safeText(suggestion ?? '', 60)}`;

/** Which record of the remote side keeps what: the other one of the clash, and whoever holds a value of its own. */
function keptText({ givesUp, collection }: WireConflict): string {
  const kept = Map.groupBy(givesUp, ({ key }) => key.text);
  return listText(
    [...kept].map(([text, gives], i) => {
      const what = safeText(listText([...new Set(gives.flatMap(({ fields }) => fields))]), 80);
      return `${i === 0 ? 'its record' : `${safeText(collection, 40)} ${safeText(text, 60)}`} keeps ${what}`;
    }),
  );
}

/** A new value for all that it gives up: made up where that is possible, and written by hand. */
function renaming(conflict: WireConflict, labels: Labels): readonly Recommendation[] {
  const { givesUp } = conflict;
  const [first] = givesUp;
  // Where no value can be made up, a person writes one: that is the edit by hand.
  if (!first || givesUp.some(({ suggestion }) => suggestion === null)) return [];
  const named = givesUp.flatMap(({ field, suggestion }) => ['--field', `${field}=${suggestion ?? ''}`]);
  const plain = isPlain(givesUp);
  const values = plain ? safeText(first.suggestion ?? '', 60) : listText(givesUp.map(namedText));
  return [
    {
      text: `Rename the record on ${labels.a} to ${values}, which ${givesUp.length === 1 ? 'is' : 'are'} free on both sides.`,
      command: resolve(conflict, 'rename_local', ...(plain ? ['--value', first.suggestion ?? ''] : named)),
    },
  ];
}

function renamingByHand(conflict: WireConflict): Recommendation {
  const { givesUp } = conflict;
  const several = givesUp.length > 1;
  return {
    text: `Edit by hand: write another value in place of ${several ? 'each ' : ''}${TO_FILL_IN}`,
    command: resolve(
      conflict,
      'merge',
      ...(givesUp.length > 0 && !isPlain(givesUp)
        ? givesUp.flatMap(({ field }) => ['--field', `${field}=${TO_FILL_IN}`])
        : ['--value', TO_FILL_IN]),
    ),
  };
}

const byKind: Readonly<Record<ConflictKind, (conflict: WireConflict, labels: Labels) => readonly Recommendation[]>> = {
  'update/update': twoStates,
  bounce: twoStates,
  undone: twoStates,
  restored: twoStates,
  'type-misfit': refused,
  rejected: refused,
  'fk-parent-missing': (conflict, labels) => [
    broughtBack(conflict, labels),
    withoutParent(conflict, labels),
    byHand(
      {
        ...conflict,
        fields:
          conflict.missingParents.length === 0
            ? conflict.fields
            : [...new Set(conflict.missingParents.flatMap(({ fields }) => fields))],
      },
      labels,
    ),
    ask(conflict),
  ],
  'fk-child-exists': (conflict, labels) => [
    ...(conflict.missingParents.length > 0 ? [broughtBack(conflict, labels)] : []),
    conflict.local !== null && conflict.remote !== null
      ? changedBack(conflict, labels)
      : {
          text: 'Keep the record that others refer to.',
          command: resolve(conflict, conflict.local === null ? 'keep_remote' : 'keep_local'),
        },
    conflict.blocking === 0 && conflict.blockedBy.length > 0
      ? { text: 'What referred to it is gone by now: sync.', command: ['sync', conflict.pair] }
      : {
          text: `${conflict.local !== null && conflict.remote !== null ? 'Change' : 'Delete'} ${childrenText(conflict)} yourself, with your own program. Once that is done, sync:`,
          command: ['sync', conflict.pair],
        },
    { text: 'Look at the record and at what refers to it.', command: ['show', String(conflict.id)] },
    ask(conflict),
  ],
  schema: (conflict) => [
    {
      text: 'Make the definitions equal on both sides, with your own program. Once that is done, sync:',
      command: ['sync', conflict.pair],
    },
    { text: 'Look at every field of both sides.', command: ['show', String(conflict.id)] },
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
    ...renaming(conflict, labels),
    ...givingUp(conflict, labels),
    renamingByHand(conflict),
    ask(conflict),
  ],
};
