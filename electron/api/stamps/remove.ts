import { stampFields, stampForms } from '../../engine/settings.ts';
import { toAppError } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import type { OpenPair } from '../host/pair-pool.ts';
import { keptOwn } from './own-values.ts';
import { reportCollections } from './report-collections.ts';

/** What goes with the pair: its reports with its history, the fields in the documents where a person says so. */
export interface Removal {
  readonly purge: boolean;
  readonly unstamp: boolean;
}

/**
 * Takes the fields of stamps out of the documents on side A that the pair keeps in step, and says which keep them because
 * they hold something of their own.
 */
export async function unstamp({ sides, entry }: Pick<OpenPair, 'sides' | 'entry'>): Promise<string[]> {
  const { bookkeeping } = sides.A;
  const notes: string[] = [];
  if (!bookkeeping) return notes;
  for (const { a } of Object.values(entry.collections)) {
    await bookkeeping.unset(a, stampForms);
    notes.push(await keptOwn(bookkeeping, a, entry.a.name));
  }
  return notes.filter((note) => note !== '');
}

/** Takes away what a pair put beside the records of side A, and says what stays and how to remove it (L16). */
export async function removeBookkeeping(host: Host, open: OpenPair, removal: Removal): Promise<readonly string[]> {
  const { sides, entry, settings } = open;
  const { bookkeeping } = sides.A;
  host.reports.forget(settings.name);
  if (!bookkeeping) return [];
  const notes: string[] = [];
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (cause) {
      notes.push(`${what} of ${entry.a.name} could not be removed: ${toAppError(cause, 'pairs.remove').message}`);
    }
  };
  await attempt('The reports in the database', async () => {
    const there = await bookkeeping.reported(settings.name, reportCollections);
    if (there.length === 0) return;
    if (removal.purge) await bookkeeping.removeReports(settings.name, there);
    else notes.push(`Its reports stay on ${entry.a.name}, in ${there.join(', ')}; --purge removes them, too.`);
  });
  if (removal.unstamp)
    await attempt('The stamps in the documents', async () => {
      notes.push(...(await unstamp(open)));
    });
  else if (settings.stamp)
    notes.push(
      `The documents on ${entry.a.name} keep the fields ${stampFields.join(', ')}; --unstamp takes them out as well.`,
    );
  return notes;
}
