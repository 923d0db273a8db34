import { tell } from '../components/toast.tsx';
import { usePairs, useModel } from '../store/hooks.ts';
import { errorBodyOf } from '../store/store.ts';
import { topics } from '../store/topics.ts';
import { t } from '../text/text.ts';

/** Starts a sync of one pair, or of all that are not at work, and tells what failed. */
export function useSync(): (pair?: string) => void {
  const model = useModel();
  const pairs = usePairs() ?? [];
  return (only) => {
    const named = pairs.filter(({ pair, state }) => (only === undefined ? state !== 'syncing' : pair === only));
    if (named.length === 0) return tell({ text: t('sync.none') });
    tell({ text: t('sync.started', { n: named.length }) });
    for (const { pair } of named) {
      model.transport
        .call('runs.start', { pair, trigger: 'manual' })
        .catch((cause: unknown) => tell({ text: errorBodyOf(cause).message }))
        .finally(() => model.touch(topics));
    }
    // The state says that it syncs as soon as the engine does.
    model.touch(['pairs']);
  };
}
