import type { Result } from '../../shared/contract/calls.ts';
import { countText } from '../../shared/lib/count-text.ts';
import { usage, type Cli } from './cli.ts';
import { total } from './text/words.ts';

/** More records written than this, and a person has to say so. */
const UNASKED = 20;

/** A change that can be tried out first. */
export interface MuchChange {
  /** What is about to be done, as the beginning of a sentence: `Undoing run 3`. */
  readonly doing: string;
  readonly written: Result<'holds.answerAll'>['written'];
  readonly lines: () => readonly string[];
}

const writesIn = ({ A, B }: MuchChange['written']): number => total({ ...A }) + total({ ...B });

/** The same numbers of records that are named one by one. */
export function countedWrites(wrote: Result<'conflicts.resolve'>['wrote']): MuchChange['written'] {
  const count = (side: 'local' | 'remote', op: 'insert' | 'update' | 'delete'): number =>
    wrote.filter((record) => record[side] === op).length;
  const of = (side: 'local' | 'remote'): MuchChange['written']['A'] => ({
    insert: count(side, 'insert'),
    update: count(side, 'update'),
    delete: count(side, 'delete'),
  });
  return { A: of('local'), B: of('remote') };
}

export const isMuch = (written: MuchChange['written']): boolean => writesIn(written) > UNASKED;

/**
 * True where few records would be written, and where a person who was shown how many agrees. `--yes` agrees;
 * where nobody can be asked it is a usage error, and nothing was done.
 */
export async function agreedToMuch(cli: Cli, { doing, written, lines }: MuchChange): Promise<boolean> {
  if (!isMuch(written) || cli.options.yes) return true;
  const gone = written.A.delete + written.B.delete;
  const writes = `${countText(writesIn(written), 'change')}${gone > 0 ? `, ${countText(gone, 'delete')} among them` : ''}`;
  if (!cli.canAsk)
    throw usage(
      `${doing} was not begun: it would write ${writes}, and nobody can be asked here.`,
      'Look at it with --dry-run, then add --yes if it is meant.',
    );
  cli.terminal.out(lines());
  if (await cli.agrees(`Write ${writes}?`)) return true;
  cli.terminal.say(['Nothing was written.']);
  return false;
}
