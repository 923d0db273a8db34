import { AppError } from '../../../shared/contract/errors.ts';
import { isBase } from '../plan/base.ts';
import type { Stamp, StampFacet } from '../port/connector.ts';
import { dateValue } from '../port/bson-value.ts';
import type { Key } from '../port/key-codec.ts';
import { fieldOf, type RecordImage } from '../port/record.ts';
import type { Value } from '../port/value.ts';
import { CHANGED_AT } from '../settings.ts';
import type { DueStamp, Facts, KeyRef } from '../state/stored.ts';
import type { Pass } from './context.ts';
import { readSide, type Unreadable } from './read-both.ts';

const PAGE = 1000;

/**
 * Writes the stamps that are due on side A. What a stamp says is computed from the state and the document as they stand
 * now, so that one that comes late is right, too. What cannot be stamped now stays due and stops nothing.
 */
export async function stampDue(pass: Pass): Promise<void> {
  const { stamps } = pass.sides.A;
  if (!pass.settings.stamp || !stamps || pass.braked.has('')) return;
  try {
    for (const collection of pass.collections.keys()) await stampCollection(pass, stamps, collection);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    pass.ports.log.warn(`Documents were not stamped, and will be with the next sync. ${error.message}`, {
      pair: pass.settings.name,
    });
  }
}

async function stampCollection(pass: Pass, stamps: StampFacet, collection: string): Promise<void> {
  let after: KeyRef | null = null;
  for (;;) {
    const query = { collections: [collection], after, limit: PAGE };
    const rows: readonly DueStamp[] = await pass.store.stampsDue(pass.id, query);
    if (rows.length === 0) return;
    await stampPage(pass, stamps, collection, rows);
    after = rows.at(-1) ?? null;
  }
}

async function stampPage(pass: Pass, stamps: StampFacet, collection: string, rows: readonly DueStamp[]): Promise<void> {
  const keys = rows.map(({ key }) => key);
  const records = await readSide(pass, 'A', collection, keys, new Map<Key, Unreadable>());
  const facts = await pass.store.facts(pass.id, collection, keys);
  const now = dateValue(pass.ports.clock.now());
  const due: Stamp[] = [];
  const done: KeyRef[] = [];
  for (const row of rows) {
    const record = records.get(row.key);
    const known = facts.get(row.key);
    const fields = record && known && fieldsFor(record, known, now);
    if (record && fields) due.push(stampFor(row, record, fields));
    const isGone = !record && !row.moving;
    if (isGone || !known || fields || isSettled(row, known)) done.push({ collection, key: row.key });
  }
  if (due.length > 0) {
    const { refused, why } = await stamps.write(due);
    if (refused > 0) pass.ports.log.warn(`${refused} documents of ${collection} took no stamp: ${why}`);
  }
  if (done.length > 0) await pass.store.commit(pass.id, { stamped: done });
}

type Fields = Readonly<Record<string, Value>>;

/** `null`: the document is not what was agreed on. What follows from it makes its stamp due again. */
function fieldsFor(record: RecordImage, { item, hold, base }: Facts, now: Value): Fields | null {
  if (item) return { syncStatus: 'conflict' };
  if (hold) return { syncStatus: 'pending' };
  return base !== null && isBase(base, record) ? { syncStatus: 'synced', syncedAt: now } : null;
}

/** Nothing was ever agreed on, and nothing is known of where it came from. */
const isSettled = ({ remote, moving }: DueStamp, { base }: Facts): boolean => base === null && !remote && !moving;

/** Only where the application has not noted another change since the document was read. */
function stampFor({ collection, key, remote }: DueStamp, record: RecordImage, fields: Fields): Stamp {
  return {
    collection,
    key,
    where: { name: CHANGED_AT, value: fieldOf(record, CHANGED_AT) },
    set: remote ? { ...fields, origin: 'remote' } : fields,
    fill: remote ? {} : { origin: 'local' },
  };
}
