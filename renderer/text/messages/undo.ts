import type { Message } from '../message.ts';

export const undoMessages = {
  'change.becomes': 'becomes',
  'side.first': 'the first side',
  'side.second': 'the second side',
  'undo.run': 'Undo run {run}…',
  'undo.this': 'Undo this run…',
  'undo.decision': 'Undo…',
  'undo.title': 'Undo run {run}?',
  'undo.sentence': 'Of the pair {pair}. This is what it would do now; nothing has been written.',
  'undo.leave': 'Leave it as it is',
  'undo.nothing': 'Nothing to undo',
  'undo.act': { one: 'Put 1 record back', many: 'Put {n} records back' },
  'undo.done': {
    one: '1 record is back as it was before run {run}.',
    many: '{n} records are back as they were before run {run}.',
  },
  'undo.effect.restored': {
    one: '1 record goes back to what it was before the run.',
    many: '{n} records go back to what they were before the run.',
  },
  'undo.effect.written': { one: '1 record is written on {side}.', many: '{n} records are written on {side}.' },
  'undo.effect.kept': {
    one: '1 record was changed again since and stays as it is.',
    many: '{n} records were changed again since and stay as they are.',
  },
  'undo.effect.resting': {
    one: '1 record is put on hold, so that the next sync does not bring the change again.',
    many: '{n} records are put on hold, so that the next sync does not bring the change again.',
  },
  'undo.effect.leftOnHold': { one: '1 record stays on hold.', many: '{n} records stay on hold.' },
  'undo.effect.inPart': '{record}: only {side} goes back. {why}',
  'undo.effect.without': {
    one: '1 record of {collection} is there again on {side}, without {fields}: that is not part of the pair and is kept nowhere.',
    many: '{n} records of {collection} are there again on {side}, without {fields}: that is not part of the pair and is kept nowhere.',
  },
  'undo.effect.refused': '{record} cannot go back: {why}',
} satisfies Record<string, Message>;
