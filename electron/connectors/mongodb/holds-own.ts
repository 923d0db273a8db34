import { BSON, EJSON, ObjectId } from 'bson';
import { valueOfElement } from '../../engine/port/bson-value.ts';
import type { OwnValues } from '../../engine/port/connector.ts';
import { ownAmong, type Omitted, type OmittedForm } from '../../engine/port/own-values.ts';
import { elementsOf } from './bson/walk.ts';
import type { MongoDatabase } from './mongo-database.ts';

/** So many documents are shown, each field with so many characters. */
const SHOWN = 3;
const SHOWN_LENGTH = 40;

type Filter = Readonly<Record<string, unknown>>;

/** Finds documents in which one of these fields holds something of its own. Said without the comparisons that a collation bends. */
export const holdsOwn = (omit: Omitted): Filter => ({
  $or: Object.entries(omit).map(([name, form]) => ({ $nor: fitting(form).map((filter) => ({ [name]: filter })) })),
});

/** A condition on a field is met by a list that holds such a value, too. */
function fitting(form: OmittedForm): readonly Filter[] {
  const alone = { $not: { $type: 'array' } };
  const worded = (words: readonly string[]): Filter => ({ $type: 'string', $regex: `^(?:${words.join('|')})\\z` });
  const fits = form === 'date' ? { $type: 'date' } : worded(form);
  return [{ $exists: false }, { $type: 'null', ...alone }, { ...fits, ...alone }];
}

/** Counted by the server, which sends only what is shown. */
export async function ownValuesIn(database: MongoDatabase, collection: string, omit: Omitted): Promise<OwnValues> {
  const filter = holdsOwn(omit);
  const count = await database.db.collection(collection).countDocuments(filter);
  const some: string[] = [];
  if (count === 0) return { count, some };
  for await (const raw of database.find(collection, { filter, limit: SHOWN, level: 'local' }))
    some.push(shown(raw, omit));
  return { count, some };
}

function shown(raw: Buffer, omit: Omitted): string {
  const elements = new Map(elementsOf(raw).map((element) => [element.name, element]));
  const own = ownAmong(omit, (name) => {
    const element = elements.get(name);
    return element && valueOfElement(element);
  });
  const document = BSON.deserialize(raw);
  return `${brief(document['_id'])} (${own.map((name) => `${name}: ${brief(document[name])}`).join(', ')})`;
}

function brief(value: unknown): string {
  const text = value instanceof ObjectId ? value.toHexString() : EJSON.stringify(value, { relaxed: true });
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
