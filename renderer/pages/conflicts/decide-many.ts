import type { Result } from '../../../shared/contract/calls.ts';
import type { Strategy } from '../../../shared/model/words.ts';
import type { Transport } from '../../transport/transport.ts';
import { errorBodyOf } from '../../store/store.ts';
import { t } from '../../text/text.ts';
import type { ConflictRow } from './conflict-source.ts';

type Report = Result<'conflicts.resolve'>;
export type Preview = Report['preview'][number];

export interface Refusal {
  readonly row: ConflictRow;
  readonly text: string;
  /** It changed, or was settled, since it was shown. */
  readonly moved: boolean;
}

/** What a decision about many came to, or would come to; each of the conflicts is either decided or refused. */
export interface Outcome {
  readonly decided: readonly ConflictRow[];
  readonly refused: readonly Refusal[];
  readonly previews: readonly Preview[];
  /** One for each pair, to be undone in the reverse order. */
  readonly runs: Report['runs'];
}

export interface Many {
  readonly rows: readonly ConflictRow[];
  readonly strategy: Strategy;
  readonly notes: string;
  readonly dryRun: boolean;
}

const MOVED: ReadonlySet<string> = new Set(['moved', 'already-resolved', 'not-found']);

/** Decides the chosen conflicts, and no other one, each as it was when it was chosen: all in one run for each pair. */
export async function decideMany(
  transport: Transport,
  { rows, strategy, notes, dryRun }: Many,
  signal?: AbortSignal,
): Promise<Outcome> {
  const chosen = rows.map(({ id, generation }) => ({ id, generation }));
  const note = notes.trim();
  const request = { chosen, strategy, dryRun, ...(note === '' ? {} : { notes: note }) };
  try {
    const report = await transport.call('conflicts.resolve', request, signal && { signal });
    const byId = new Map(rows.map((row) => [row.id, row]));
    const gone = new Set(report.notFound);
    return {
      decided: report.resolved.flatMap(({ id }) => byId.get(id) ?? []),
      refused: [
        ...report.failed.flatMap(({ id, code, text }) => refusal(byId.get(id), text, code)),
        ...rows.filter(({ id }) => gone.has(id)).flatMap((row) => refusal(row, t('bulk.notThere'), 'not-found')),
      ],
      previews: report.preview,
      runs: report.runs,
    };
  } catch (cause) {
    const { message, code } = errorBodyOf(cause);
    return { decided: [], refused: rows.flatMap((row) => refusal(row, message, code)), previews: [], runs: [] };
  }
}

const refusal = (row: ConflictRow | undefined, text: string, code: string): Refusal[] =>
  row === undefined ? [] : [{ row, text, moved: MOVED.has(code) }];
