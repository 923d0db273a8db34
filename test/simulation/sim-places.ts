import { encodeKey, type Key } from '../../electron/engine/port/key-codec.ts';
import type { Place } from './ghosts.ts';

/** An entry of the history that names a collection alone. */
export const isInvalidation = (entry: Place): boolean => !entry.includes('/');
export const collectionOf = (place: Place): string => place.slice(0, place.indexOf('/'));
export const idOf = (place: Place): string => place.slice(place.indexOf('/') + 1);

const keys = new Map<Place, Key>();
const places = new Map<string, Place>();

export function keyOf(place: Place): Key {
  const known = keys.get(place);
  if (known !== undefined) return known;
  const key = encodeKey([idOf(place)], ['binary']);
  keys.set(place, key);
  places.set(`${collectionOf(place)} ${key}`, place);
  return key;
}

/** The other direction. A key that nobody ever wrote is an invention of the engine. */
export function placeOf(collection: string, key: Key): Place {
  const place = places.get(`${collection} ${key}`);
  if (place === undefined)
    throw new Error(`No record was ever written under the key ${JSON.stringify(key)} of ${collection}`);
  return place;
}
