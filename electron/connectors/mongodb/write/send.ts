import type { ClientSession } from 'mongodb';
import { deserialize } from 'bson';
import { type Command, type MongoDatabase, WRITE_CONCERN } from '../mongo-database.ts';
import { isOverloadCode, waitMs } from '../overload.ts';
import { plainOf } from '../bson/build.ts';
import { elementNamed } from '../bson/walk.ts';
import { documentSequence } from './document-sequence.ts';
import { must } from '../../../../shared/lib/assert.ts';
import type { Step } from './step.ts';

/** What one statement was refused for. */
export interface StatementError {
  readonly code: number;
  readonly message: string;
  /** For a second owner of a unique value: path and value of each part of the index. */
  readonly values: ReadonlyMap<string, unknown>;
}

export interface Sent {
  /** How many statements met a document. */
  readonly matched: number;
  /** By the place among the steps. */
  readonly errors: ReadonlyMap<number, StatementError>;
}

/** The server has written and cannot say that most members have: nobody knows whether it stays. */
export class WriteConcernFailed extends Error {}

/**
 * Steps of one collection and one kind in one command; those that the server had no room for again, a little later. A
 * sharded server carries unordered statements out side by side,
 * so there they go in order, again and again after each that fails.
 */
export async function sendSteps(
  database: MongoDatabase,
  steps: readonly Step[],
  session?: ClientSession,
): Promise<Sent> {
  const sent = await sendOnce(database, steps, session);
  const errors = new Map(sent.errors);
  let { matched } = sent;
  for (let attempt = 0; session === undefined && attempt < 8; attempt++) {
    const refused = [...errors].filter(([, { code }]) => isOverloadCode(code));
    if (refused.length === 0) break;
    database.callSize.refused();
    await database.sleep(waitMs(attempt, refused[0]?.[1].message ?? '', Math.random));
    const places = refused.map(([at]) => at);
    const again = await sendOnce(
      database,
      places.map((at) => must(steps[at], 'a step')),
    );
    matched += again.matched;
    for (const [i, at] of places.entries()) {
      const error = again.errors.get(i);
      if (error) errors.set(at, error);
      else errors.delete(at);
    }
  }
  return { matched, errors };
}

async function sendOnce(database: MongoDatabase, steps: readonly Step[], session?: ClientSession): Promise<Sent> {
  const isOrdered = session !== undefined || database.topology === 'sharded';
  const errors = new Map<number, StatementError>();
  let matched = 0;
  for (let from = 0; from < steps.length;) {
    const began = performance.now();
    const reply = await database.send(commandFor(steps.slice(from), isOrdered, session), session);
    database.callSize.took(steps.length - from, performance.now() - began);
    matched += Number(reply['n']);
    const failed = errorsIn(reply['writeErrors']);
    for (const [at, error] of failed) errors.set(from + at, error);
    if (reply['writeConcernError'] !== undefined)
      throw new WriteConcernFailed('the write was not acknowledged by most members in time');
    const last = [...failed.keys()].at(-1);
    if (!isOrdered || last === undefined || session) break;
    from += last + 1;
  }
  return { matched, errors };
}

const LISTS = { insert: 'documents', update: 'updates', delete: 'deletes' } as const;

function commandFor(steps: readonly Step[], ordered: boolean, session: ClientSession | undefined): Command {
  const { bound, op } = must(steps[0], 'a step');
  const statements = steps.map(({ statement }) => statement);
  const verb = op === 'respell' ? 'delete' : op;
  const list = { [LISTS[verb]]: documentSequence(LISTS[verb], statements) };
  return { [verb]: bound.physical, ...list, ordered, ...(session ? {} : { writeConcern: WRITE_CONCERN }) };
}

/** What single statements of a command were refused for, by their place. */
export function errorsIn(list: unknown): Map<number, StatementError> {
  const errors = new Map<number, StatementError>();
  for (const raw of Array.isArray(list) ? (list as Buffer[]) : []) {
    const at = Number(plainOf(elementNamed(raw, 'index')));
    errors.set(at, {
      code: Number(plainOf(elementNamed(raw, 'code'))),
      message: String(plainOf(elementNamed(raw, 'errmsg')) ?? ''),
      values: valuesIn(raw),
    });
  }
  return errors;
}

function valuesIn(raw: Buffer): ReadonlyMap<string, unknown> {
  const keyValue = elementNamed(raw, 'keyValue')?.bytes;
  return new Map(keyValue ? Object.entries(deserialize(keyValue, { promoteValues: false })) : []);
}
