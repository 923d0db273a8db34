import { countText, numberText } from '../../../shared/lib/count-text.ts';
import { isSync, type Trigger } from '../../../shared/model/words.ts';
import type { RunReport } from '../reports/run.ts';
import type { StateStore } from '../state/store.ts';

const PAGE = 1000;

/** Of a decision whose program ended in the middle: how far it came, and what the person can do. */
export async function cutDecisionText(
  store: Pick<StateStore, 'items' | 'journal'>,
  pair: number,
  { id, trigger }: Pick<RunReport, 'id' | 'trigger'>,
  records: number,
): Promise<string> {
  const how = trigger === 'resolve' ? await decidedText(store, pair, id, records) : writtenText(records);
  const underWay = await countUnderWay(store, pair, id);
  const perhaps =
    underWay === 0
      ? ''
      : ` ${countText(underWay, 'record')} more ${underWay === 1 ? 'was' : 'were'} just being written.`;
  const next = nextText(trigger, records + underWay > 0 ? id : null);
  return `${WHAT[trigger] ?? 'This run'} was cut off ${how}: its program ended in the middle.${perhaps} ${next}`;
}

/** A decision that was cut off, and no sync. */
export const isCutDecision = ({ cut, trigger }: Pick<RunReport, 'cut' | 'trigger'>): boolean =>
  cut === true && !isSync({ trigger });

const WHAT: Partial<Readonly<Record<Trigger, string>>> = {
  resolve: 'A decision',
  undo: 'An undo',
  hold: 'An answer to what rests',
  brake: 'An answer to a brake',
};

/** Sent to a side, and nobody knows yet whether they arrived: one batch at the most. */
async function countUnderWay(store: Pick<StateStore, 'journal'>, pair: number, run: number): Promise<number> {
  const rows = await store.journal(pair, { run, status: 'intended', limit: 10 * PAGE });
  return new Set(rows.map(({ action }) => action)).size;
}

const writtenText = (records: number): string => `after ${countText(records, 'record')}`;

/** What a person was asked about, as far as the decision had begun with it. */
async function decidedText(
  store: Pick<StateStore, 'items'>,
  pair: number,
  decidedIn: number,
  records: number,
): Promise<string> {
  let [all, done] = [0, 0];
  for (let afterId = 0; ;) {
    const page = await store.items(pair, { open: false, decidedIn, afterId, limit: PAGE });
    const last = page.at(-1);
    if (!last) break;
    afterId = last.id;
    all += page.length;
    done += page.filter(({ state }) => state === 'resolved').length;
  }
  return all === 0 ? writtenText(records) : `after ${numberText(done)} of ${countText(all, 'conflict')}`;
}

function nextText(trigger: Trigger, run: number | null): string {
  const back = run === null ? '' : ` To take back what it wrote: \`tandem undo run ${run}\`.`;
  switch (trigger) {
    case 'resolve':
      return `The next sync looks at what was under way; what was not decided waits as before, and takes the same answer again.${back}`;
    case 'hold':
      return `The next sync looks at what was under way; what was not answered rests as before, and takes the same answer again.${back}`;
    case 'undo':
      return 'The next sync finishes what was under way; for the rest, undo again.';
    default:
      return 'The next sync looks at what was under way, and does the rest.';
  }
}
