import { defaultsOf } from '../../shared/config/option.ts';
import { globalOptionTable } from '../../shared/config/global-options.ts';
import type { ConfigStore } from '../api/settings/config-store.ts';

/** The names of `trustedHosts` as the file has them now; while it cannot be read, those that it had last. */
export function trustedHostsOf(config: Pick<ConfigStore, 'load'>): () => readonly string[] {
  let known: readonly string[] = defaultsOf(globalOptionTable).trustedHosts;
  return () => {
    try {
      known = config.load().trustedHosts ?? defaultsOf(globalOptionTable).trustedHosts;
    } catch {
      // Whoever asks for the settings is told what is wrong with them.
    }
    return known;
  };
}
