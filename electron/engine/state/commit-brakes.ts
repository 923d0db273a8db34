import { keyBytes } from '../port/key-codec.ts';
import { packState } from './blobs.ts';
import type { StateChange } from './change.ts';
import { packSamples } from './rows.ts';
import { OPEN, type Statements } from './statements.ts';
import type { NewBrake } from './stored.ts';

const packed = (samples: NewBrake['samples']): Buffer =>
  packSamples(samples.map(({ collection, key, a, b }) => ({ collection, key, a: packState(a), b: packState(b) })));

const madeText = (made: NewBrake['made']): string | null => (made ? JSON.stringify(made) : null);

/** Questions of the brakes, their answers, and from where on they count. Answers the ids of the new ones. */
export function commitBrakes(db: Statements, pair: number, change: StateChange): number[] {
  const ids = (change.newBrakes ?? []).map((brake) => {
    const { lastInsertRowid } = db.run(
      'INSERT INTO brake(pair, coll, kind, side, count, of_count, cause, at, samples, counts, fields, made) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      pair,
      brake.collection,
      brake.kind,
      brake.side,
      brake.count,
      brake.of,
      brake.cause,
      brake.at,
      packed(brake.samples),
      JSON.stringify(brake.counts),
      JSON.stringify(brake.fields ?? []),
      madeText(brake.made),
    );
    return Number(lastInsertRowid);
  });
  const answer = change.answerBrake;
  if (answer)
    db.run(
      'UPDATE brake SET answer = ?, answered_by = ?, answered_at = ? WHERE id = ?',
      answer.answer,
      answer.who,
      answer.at,
      answer.id,
    );
  for (const { id, count, of, counts, samples, side, cause, made } of change.patchBrakes ?? []) {
    db.run(
      'UPDATE brake SET count = ?, of_count = ?, counts = ?, samples = ?, side = ifnull(?, side), cause = ifnull(?, cause), made = ifnull(?, made) WHERE id = ?',
      count,
      of,
      JSON.stringify(counts),
      packed(samples),
      side ?? null,
      cause ?? null,
      madeText(made),
      id,
    );
  }
  if (change.dropBrake !== undefined) db.run('DELETE FROM brake WHERE id = ?', change.dropBrake);
  for (const id of [change.dropBrake, change.forgetShown])
    if (id !== undefined) db.run('DELETE FROM braked WHERE brake = ?', id);
  for (const { collection, key, shown } of change.braked?.keys ?? []) {
    db.run(
      'INSERT OR IGNORE INTO braked(brake, pair, coll, key, shown) VALUES (?, ?, ?, ?, ?)',
      change.braked?.brake,
      pair,
      collection,
      keyBytes(key),
      shown,
    );
  }
  if (change.allowBraked) {
    const { brake, answer, side, kind } = change.allowBraked;
    db.run(
      'INSERT OR REPLACE INTO allowance(pair, coll, key, answer, side, kind, shown) SELECT pair, coll, key, ?, ?, ?, shown FROM braked WHERE brake = ?',
      answer,
      side,
      kind,
      brake,
    );
    const gen = (db.get<{ gen: number }>('SELECT gen FROM pair WHERE id = ?', pair)?.gen ?? 0) + 1;
    db.run(
      'INSERT INTO dirty(pair, coll, key, gen) SELECT pair, coll, key, ? FROM braked WHERE brake = ? ON CONFLICT DO NOTHING',
      gen,
      brake,
    );
    db.run('UPDATE pair SET gen = ? WHERE id = ?', gen, pair);
    db.run('DELETE FROM braked WHERE brake = ?', brake);
  }
  if (change.allowAll) {
    const { collection, answer, side, kind, held } = change.allowAll;
    db.run(
      'INSERT OR REPLACE INTO allowance(pair, coll, key, answer, side, kind) SELECT pair, coll, key, ?, ?, ? FROM base WHERE pair = ? AND coll = ?',
      answer,
      side,
      kind,
      pair,
      collection,
    );
    if ('brake' in held) {
      db.run(
        'UPDATE allowance SET shown = (SELECT b.shown FROM braked b WHERE b.brake = ? AND b.coll = allowance.coll AND b.key = allowance.key) WHERE pair = ? AND coll = ?',
        held.brake,
        pair,
        collection,
      );
      db.run('DELETE FROM braked WHERE brake = ?', held.brake);
    } else
      for (const { key, hash } of held)
        db.run(
          'UPDATE allowance SET shown = ? WHERE pair = ? AND coll = ? AND key = ?',
          hash,
          pair,
          collection,
          keyBytes(key),
        );
  }
  for (const { collection, key, answer, side, kind } of change.allow ?? [])
    db.run(
      'INSERT OR IGNORE INTO allowance(pair, coll, key, answer, side, kind) VALUES (?, ?, ?, ?, ?, ?)',
      pair,
      collection,
      keyBytes(key),
      answer,
      side,
      kind,
    );
  if (change.settleAllowances) {
    db.run(
      `DELETE FROM allowance WHERE pair = ? AND NOT EXISTS (SELECT 1 FROM dirty d WHERE d.pair = allowance.pair AND d.coll = allowance.coll)
       AND NOT EXISTS (SELECT 1 FROM item i WHERE i.pair = allowance.pair AND i.coll = allowance.coll AND i.key = allowance.key AND i.${OPEN})`,
      pair,
    );
  }
  for (const { collection, key } of change.dropAllowed ?? [])
    db.run('DELETE FROM allowance WHERE pair = ? AND coll = ? AND key = ?', pair, collection, keyBytes(key));
  return ids;
}

/** The counting for these collections begins with the next journal row. */
export function countAnew(db: Statements, pair: number, collections: readonly string[]): void {
  const last = db.get<{ id: number }>('SELECT ifnull(max(id), 0) AS id FROM journal')?.id ?? 0;
  const known = JSON.parse(
    db.get<{ since: string }>('SELECT count_since AS since FROM pair WHERE id = ?', pair)?.since ?? '{}',
  ) as Record<string, number>;
  const next = { ...known, ...Object.fromEntries(collections.map((name) => [name, last])) };
  db.run('UPDATE pair SET count_since = ? WHERE id = ?', JSON.stringify(next), pair);
}
