import type { Rejection } from '../port/connector.ts';
import { keyHex } from '../port/key-codec.ts';
import type { SideName } from '../settings.ts';
import type { ActionRow } from '../state/stored.ts';
import type { ItemRow, NamedClash } from '../state/waiting.ts';
import type { Bag } from './bag.ts';
import type { Pass } from './context.ts';

/**
 * What a side refused of a decision about a unique clash stands with the conflict from then on: a strategy that is not
 * offered once more (E93), or another unique value that the side alone can judge, which each answer gives up, too
 * (E140). Answers what there is to say about it.
 */
export async function noteRefused(
  pass: Pass,
  bag: Bag,
  { origin, note, key }: ActionRow,
  { side, refusal }: { readonly side: SideName; readonly refusal: Rejection },
): Promise<string> {
  const id = note.item ?? note.bond;
  if (origin !== 'resolve' || id === undefined) return '';
  const [item] = await pass.store.items(pass.id, { id, open: true, limit: 1 });
  if (item?.kind !== 'unique') return '';
  const more = clashIn(item, refusal, { side, key: keyHex(key) });
  if (more) {
    const named = (item.extra.named ?? []).filter(({ index }) => index !== more.index);
    bag.patchItem({ id, extra: { ...item.extra, named: [...named, more] } });
    return ` Conflict ${id} tells of that value now, too, and its answers give up both.`;
  }
  const { strategy } = note;
  if (refusal.code !== 'unique' && (strategy === 'rename_local' || strategy === 'keep_remote'))
    bag.patchItem({
      id,
      extra: { ...item.extra, refused: [...new Set([...(item.extra.refused ?? []), strategy])] },
    });
  return '';
}

/** `null`: it is not about a unique value, or about the one that the conflict is about. */
function clashIn(
  { extra }: ItemRow,
  { code, index, field, ownerKey }: Rejection,
  record: Pick<NamedClash, 'side' | 'key'>,
): NamedClash | null {
  if (code !== 'unique' || index === undefined || field === undefined || ownerKey === undefined) return null;
  return index === extra.index ? null : { ...record, index, fields: field.split(', '), holder: keyHex(ownerKey) };
}
