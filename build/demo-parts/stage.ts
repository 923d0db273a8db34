import { numberText } from '../../shared/lib/count-text.ts';
import type { DemoFiles } from './files.ts';
import { firstLines } from './lines.ts';
import type { Screen } from './screen.ts';
import type { Tandem } from './tandem.ts';
import { told } from './told.ts';

/** What every story plays on. */
export interface Stage {
  readonly screen: Screen;
  readonly files: DemoFiles;
  readonly tandem: Tandem;
}

/** The parts of the documents of `--json` that the demo looks at. */
export interface ConflictDoc {
  readonly id: number;
  readonly collection: string;
  readonly kind: string;
}
export interface RunDoc {
  readonly id: number;
}
export interface BrakeDoc {
  readonly id: number;
  readonly collection: string;
}
export interface ReceiptDoc {
  readonly equal: boolean;
  readonly collections: readonly { readonly name: string; readonly equal: number }[];
}

/** The open conflicts, asked for once: how to find the one of a kind in a collection. */
export async function openConflicts({ tandem }: Stage): Promise<(kind: string, collection: string) => string> {
  const conflicts = await tandem.json<readonly ConflictDoc[]>(['conflicts']);
  const listed = conflicts.map((one) => `${one.kind} in ${one.collection}`).join(', ');
  return (kind, collection) => {
    const [found, ...more] = conflicts.filter((one) => one.kind === kind && one.collection === collection);
    const only = found !== undefined && more.length === 0;
    told(only, `one conflict of the kind ${kind} waits in ${collection}.`, `There are: ${listed}`);
    return String(found?.id);
  };
}

export async function lastRun({ tandem }: Stage): Promise<number> {
  return (await tandem.json<readonly RunDoc[]>(['history', '--limit', '1']))[0]?.id ?? 0;
}

export async function brakeOn({ tandem }: Stage, collection: string): Promise<number> {
  const brakes = await tandem.json<readonly BrakeDoc[]>(['brake', 'list']);
  told(brakes.length === 1 && brakes[0]?.collection === collection, `one brake stands, on ${collection}.`);
  return brakes[0]?.id ?? 0;
}

/** How a story decides the one conflict of a kind in a collection. */
export async function decider(
  stage: Stage,
): Promise<(kind: string, collection: string, ...how: readonly string[]) => Promise<void>> {
  const find = await openConflicts(stage);
  return async (kind, collection, ...how) => {
    const words = ['resolve', find(kind, collection), '--strategy', ...how];
    await stage.tandem.run(words, { show: (lines) => lines.slice(0, 2) });
  };
}

/** Two databases that the demo compares by itself. Throws where they are not equal. */
export interface Comparable {
  expectEqual(tables: readonly string[], text: string): void | Promise<void>;
}

/** The receipt at the end of each story, and where to go from there. */
export async function closing(
  { screen, tandem }: Stage,
  pair: string,
  sides: Comparable,
  tables: readonly string[],
  both = 'Both files',
): Promise<void> {
  screen.heading('A receipt: both sides are equal');
  await tandem.run(['compare', pair], { show: firstLines(24) });
  const receipt = await tandem.json<ReceiptDoc>(['compare', pair]);
  told(receipt.equal, 'the receipt says that both sides are equal.');
  const records = receipt.collections.reduce((sum, { equal }) => sum + equal, 0);
  await sides.expectEqual(tables, `${both} hold the same ${numberText(records)} records, compared by this demo too.`);
}
