import type { WireAddReport, WireFinding, WireIncludeRequest } from '../../../shared/contract/pair-shapes.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import type { PairEntry } from '../../../shared/config/schema.ts';
import { must } from '../../../shared/lib/assert.ts';
import { own } from '../../../shared/lib/own.ts';
import { expiryText, offeredIndexes, type OfferedIndex } from '../../engine/compare-traits.ts';
import type { SideSchema } from '../../engine/port/schema.ts';
import { otherSide, type SideName } from '../../engine/settings.ts';
import type { OpenPair } from '../host/pair-pool.ts';
import { pairSettingsOf } from '../settings/pair-settings.ts';

/** Indexes that one side alone has, as they are to be made on the other. */
export interface AddedIndexes {
  readonly steps: WireAddReport['create'];
  /** What is made, in words. */
  readonly made: readonly string[];
  /** What is not, and why. */
  readonly findings: readonly WireFinding[];
}

type Both<T> = Readonly<Record<SideName, T>>;

/** Looks for clashes under what is to be unique, and leaves aside what a person has to agree to first; writes nothing. */
export async function addedIndexes(
  { entry, sides, settings }: Pick<OpenPair, 'entry' | 'sides' | 'settings'>,
  { pair, indexes, expiry = false }: WireIncludeRequest,
  schemas: Both<SideSchema>,
): Promise<AddedIndexes> {
  if (indexes === undefined) return { steps: [], made: [], findings: [] };
  const names = indexes === 'all' ? Object.keys(entry.collections) : indexes;
  for (const name of names) if (!own(entry.collections, name)) throw unknownCollection(pair, name, entry);
  const { collections } = pairSettingsOf(settings.name, entry);
  const offered = collections.filter(({ name }) => names.includes(name)).flatMap((one) => offeredIndexes(schemas, one));
  const labels = { A: entry.a.name, B: entry.b.name };
  const added = { steps: [] as AddedIndexes['steps'][number][], made: [] as string[], findings: [] as WireFinding[] };
  for (const index of offered) {
    const { collection, side, trait, statement } = index;
    const aside = await whyAside(index, { sides, labels, expiry });
    if (aside) added.findings.push({ collection, side, blocks: false, ...aside });
    else {
      if (trait.expires) added.findings.push({ collection, side, text: onBothText(trait.name), blocks: false });
      added.steps.push({ side, collection, statements: [statement] });
      added.made.push(`${collection}: ${trait.name} on ${labels[side]}`);
    }
  }
  return added;
}

const onBothText = (name: string): string => `The ${name} then deletes records on both sides by itself.`;

/** `null`: it can be made. */
async function whyAside(
  { side, trait, statement, isNameTaken }: OfferedIndex,
  { sides, labels, expiry }: Pick<OpenPair, 'sides'> & { readonly labels: Both<string>; readonly expiry: boolean },
): Promise<Pick<WireFinding, 'text' | 'asks'> | null> {
  const what = `The ${trait.name} is not made on ${labels[side]}`;
  if (isNameTaken) return { text: `${what}: another index has its name there.` };
  if (trait.expires && !expiry)
    return {
      text: `${what} unless you agree (--expiry). ${expiryText(trait.name, [otherSide(side)], labels)}`,
      asks: true,
    };
  const { setup, kind } = sides[side];
  const clash = trait.index?.isUnique
    ? await must(setup, `a side of kind ${kind} that can create schema`).clashUnder?.(statement)
    : null;
  return clash ? { text: `${what}: ${clash}, and it is unique. Change one of them, sync, then ask again.` } : null;
}

function unknownCollection(pair: string, name: string, { collections }: PairEntry): AppError {
  return new AppError({
    code: 'usage',
    operation: 'pairs.include',
    message: `Changing the pair ${pair} failed: it has no collection ${name} whose indexes could be made.`,
    next: 'Nothing was changed on either side.',
    hint: `It has ${Object.keys(collections).slice(0, 10).join(', ')}.`,
    subject: { pair },
  });
}
