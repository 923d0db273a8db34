import type { z } from 'zod';
import { isCallName, type CallName } from '../../shared/contract/calls.ts';
import { schemaAt } from '../../shared/config/problems.ts';
import { takesText } from '../../shared/config/takes.ts';
import { cleanText } from '../../shared/model/display.ts';

/** What each call does, in -ing form, as an error begins. */
const doing: Readonly<Record<CallName, string>> = {
  'pairs.add': 'Adding the pair',
  'pairs.list': 'Listing the pairs',
  'pairs.show': 'Showing the pair',
  'pairs.edit': 'Changing the pair',
  'pairs.rename': 'Renaming the pair',
  'pairs.fromEnv': 'Reading the settings of MongoDB',
  'pairs.include': 'Changing what belongs to the pair',
  'pairs.remove': 'Removing the pair',
  'pairs.test': 'Testing the pair',
  'pairs.preview': 'Counting the records of',
  'pairs.role': 'Writing down the rights',
  'plan.make': 'Planning',
  'plan.entries': 'Showing the plan of',
  'runs.start': 'Syncing',
  'runs.rehearse': 'Rehearsing',
  'runs.list': 'Showing the history',
  'runs.show': 'Showing the run',
  'runs.records': 'Showing what the run wrote',
  'runs.cancel': 'Stopping the run',
  'runs.undo': 'Undoing',
  'conflicts.list': 'Listing the conflicts',
  'conflicts.index': 'Listing the conflicts',
  'conflicts.show': 'Showing the conflict',
  'conflicts.resolve': 'Resolving',
  'conflicts.autoResolve': 'Resolving by fixed rules',
  'holds.list': 'Listing the holds',
  'holds.count': 'Counting the holds',
  'holds.answer': 'Answering the hold',
  'holds.answerAll': 'Answering the holds',
  'decisions.list': 'Listing what was decided',
  'pairs.activity': 'Showing what moved in',
  'sides.test': 'Testing the address',
  'rules.try': 'Trying a rule on the past conflicts of',
  'sample.make': 'Making the sample',
  'log.read': 'Reading the log',
  'brakes.list': 'Listing the brakes',
  'brakes.answer': 'Answering the brake',
  'records.timeline': 'Showing the record',
  'receipts.compare': 'Comparing',
  'status.show': 'Showing the status',
  'hint.send': 'Noting changes',
  'hint.listen': 'Listening to the sides of',
  'live.list': 'Showing what happens by itself',
  'live.start': 'Keeping the pairs in step',
  'live.pause': 'Pausing',
  'live.resume': 'Ending the pause',
  'network.show': 'Showing the servers',
  'network.check': 'Asking the servers',
  'network.start': 'Watching the servers',
  'network.stop': 'Leaving the servers alone',
  'config.get': 'Showing the settings',
  'config.set': 'Changing the settings',
  'config.check': 'Checking the settings',
  'doctor.run': 'Looking at everything that has to be right',
  'engine.hello': 'Greeting the engine',
  'engine.shutdown': 'Ending the engine',
};

/** Those whose words go on with the name of the pair. */
const NAMES_PAIR: ReadonlySet<string> = new Set([
  'pairs.add',
  'pairs.show',
  'pairs.edit',
  'pairs.rename',
  'pairs.include',
  'pairs.remove',
  'pairs.test',
  'pairs.preview',
  'pairs.activity',
  'rules.try',
  'plan.make',
  'plan.entries',
  'runs.start',
  'runs.rehearse',
  'receipts.compare',
  'hint.listen',
]);

/** `Syncing shop`: what a call does and on what, for a sentence; other operations are named as they are. */
export function doingWords(operation: string, params?: unknown): string {
  if (!isCallName(operation)) return OTHER[operation] ?? operation;
  const words = doing[operation];
  if (!NAMES_PAIR.has(operation)) return words;
  const pair = textOf(params, 'pair') ?? textOf(params, 'name');
  return pair === undefined ? `${words}${words.endsWith(' of') ? ' a pair' : ''}` : `${words} ${cleanText(pair, 80)}`;
}

const OTHER: Readonly<Record<string, string>> = { open: 'Opening a side', doctor: 'Looking at it' };

function textOf(params: unknown, key: string): string | undefined {
  if (typeof params !== 'object' || params === null || !Object.hasOwn(params, key)) return undefined;
  const value = (params as Record<string, unknown>)[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const NAME_RULE =
  'a name has only letters, digits, dot, dash and underscore, begins with a letter or a digit, and is at most 64 characters long';

/** Why parameters were refused, in plain words; at most five reasons. */
export function refusedParams(name: CallName, schema: z.ZodType, issues: readonly z.core.$ZodIssue[]): string {
  return issues
    .slice(0, 5)
    .map((issue) => refusedParam(name, schema, issue))
    .join('; ');
}

const PARAMS: Readonly<Record<string, string>> = {
  nameA: 'the name of side A',
  nameB: 'the name of side B',
  a: 'the address of side A',
  b: 'the address of side B',
};

function refusedParam(name: CallName, schema: z.ZodType, issue: z.core.$ZodIssue): string {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')} is not known here`;
  if (name === 'pairs.add' && path[0] === 'name') return NAME_RULE;
  // Rules of our own say themselves what they want.
  if (issue.code === 'custom') return [path.join('.'), issue.message].join(' ').trim();
  const wanted = schemaAt(schema, path);
  const takes = wanted ? `takes ${takesText(wanted)}` : 'is not of the form that is known';
  return path.length === 0 ? `it ${takes}` : `${PARAMS[String(path[0])] ?? path.join('.')} ${takes}`;
}
