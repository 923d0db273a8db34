import { AppError } from '../../../shared/contract/errors.ts';
import type { WireFinding } from '../../../shared/contract/pair-shapes.ts';
import type { CollectionEntry } from '../../../shared/config/schema.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import type { Connector, OwnValues } from '../../engine/port/connector.ts';
import { sideNames, stampFields, stampForms, type SideName } from '../../engine/settings.ts';

type Both<T> = Readonly<Record<SideName, T>>;

/** What is looked into; a side without a database yet holds nothing. */
export interface OwnValuesIn {
  readonly connectors: Both<Pick<Connector, 'bookkeeping'> | null>;
  readonly labels: Both<string>;
  readonly collections: Readonly<Record<string, Pick<CollectionEntry, 'a' | 'b'>>>;
}

const fields = `${stampFields.slice(0, -1).join(', ')} or ${stampFields.at(-1)}`;

/** What becomes of such documents on a side; only A is stamped. */
function consequence(side: SideName, isOne: boolean): string {
  const keeps = isOne ? 'It keeps that' : 'They keep that';
  const unstamped = side === 'A' ? `, and ${isOne ? 'is' : 'are'} not stamped` : '';
  return `${keeps}${unstamped}; it does not travel while the pair stamps, and a delete asks you first.`;
}

/** Documents that hold something of their own in the fields of stamps, by collection and side. Each goes on only if a person agrees. */
export async function ownValueFindings({ connectors, labels, collections }: OwnValuesIn): Promise<WireFinding[]> {
  const findings: WireFinding[] = [];
  for (const [collection, { a, b }] of Object.entries(collections))
    for (const side of sideNames) {
      const { bookkeeping } = connectors[side] ?? {};
      const found = await bookkeeping?.ownValues(side === 'A' ? a : b, stampForms);
      if (!found || found.count === 0) continue;
      const text = `${documentsWith(found.count)} on ${labels[side]}. ${consequence(side, found.count === 1)} ${examples(found)}`;
      findings.push({ collection, side, text, blocks: false, keepsOwn: true });
    }
  return findings;
}

const documentsWith = (count: number): string =>
  `${countText(count, 'document')} with something of ${count === 1 ? 'its' : 'their'} own in ${fields}`;

const examples = ({ some }: OwnValues): string => `For example: ${some.join('; ')}.`;

/** Which documents the fields of stamps were not taken out of; '' where it is none. */
export async function keptOwn(
  bookkeeping: NonNullable<Connector['bookkeeping']>,
  physical: string,
  label: string,
): Promise<string> {
  const found = await bookkeeping.ownValues(physical, stampForms);
  const { count } = found;
  if (count === 0) return '';
  return `${documentsWith(count)} in ${physical} on ${label} ${count === 1 ? 'keeps' : 'keep'} all of these fields. ${examples(found)}`;
}

/** Fails with `usage` unless a person has agreed to what was found. `hint` says how they can. */
export function refuseUnagreed(
  { pair, operation, agree }: { readonly pair: string; readonly operation: string; readonly agree: string },
  findings: readonly WireFinding[],
): void {
  const found = findings.filter(({ keepsOwn }) => keepsOwn);
  if (found.length === 0) return;
  const texts = found.slice(0, 5).map(({ collection, text }) => `${collection}: ${text}`);
  throw new AppError({
    code: 'usage',
    operation,
    message: `Stamping the documents of ${pair} stopped: ${texts.join(' ')}`,
    next: 'Nothing was changed on either side.',
    hint: `Move these values to fields of other names first, or do without stamps. If it is meant as said, ${agree}`,
    subject: { pair },
  });
}

/** How to agree where the command itself takes the option. */
export const WITH_OPTION = 'add --keep-own.';
