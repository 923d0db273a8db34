import type { EngineNews } from '../../shared/contract/bridge.ts';
import type { WirePairStatus } from '../../shared/contract/pair-shapes.ts';

/** The parts of a pair's status that tray and notifications tell. */
export type PairView = Pick<
  WirePairStatus,
  'pair' | 'state' | 'sentence' | 'conflicts' | 'holds' | 'lastRun' | 'error' | 'pending'
> & {
  readonly brakes: readonly Pick<
    WirePairStatus['brakes'][number],
    'id' | 'collection' | 'kind' | 'count' | 'cause' | 'side'
  >[];
};

/** A pause of a pair: `until` is `null` where a person ends it. */
export interface Pause {
  readonly pair: string;
  readonly until: string | null;
}

/** Everything that tray and notifications are made of. */
export interface ShellState {
  readonly engine: EngineNews;
  /** `null`: not known yet. */
  readonly pairs: readonly PairView[] | null;
  /** `null`: this engine knows no pauses. */
  readonly pauses: readonly Pause[] | null;
  /** How far a running sync is, by pair. */
  readonly progress: Readonly<Record<string, { readonly done: number; readonly all: number }>>;
}

/** How bad a state is; the worst one of all pairs is shown. */
const ranks: Readonly<Record<PairView['state'], number>> = {
  stopped: 0,
  waiting: 1,
  offline: 2,
  syncing: 3,
  paused: 4,
  'in-step': 5,
};

/** A brake is a stop, also while the run that met it is still ending. */
export const stateOf = ({ state, brakes }: PairView): PairView['state'] => (brakes.length > 0 ? 'stopped' : state);

/** Of several states the one that a person has to know first. */
export function worstState(pairs: readonly PairView[]): PairView['state'] {
  return pairs.map(stateOf).reduce((worst, next) => (ranks[next] < ranks[worst] ? next : worst), 'in-step');
}

/** A thing that waits for the person, and the page that answers it. */
export interface Need {
  readonly id: string;
  readonly label: string;
  readonly route: string;
}

/** Brakes first, then conflicts, pair by pair. */
export function needsOf(pairs: readonly PairView[]): readonly Need[] {
  const brakes = pairs
    .filter((pair) => pair.brakes.length > 0)
    .map(({ pair, brakes: [brake] }) => ({
      id: `brake:${pair}`,
      label: `${pair}: answer the brake…`,
      route: brakeRoute(pair, brake?.collection ?? ''),
    }));
  const conflicts = pairs
    .filter((pair) => pair.conflicts.open > 0)
    .map(({ pair, conflicts: { open } }) => ({
      id: `conflicts:${pair}`,
      label: `${pair}: resolve ${open === 1 ? '1 conflict' : `${open} conflicts`}…`,
      route: conflictsRoute(pair),
    }));
  return [...brakes, ...conflicts];
}

export const conflictsRoute = (pair: string): string => `#/conflicts?pair=${encodeURIComponent(pair)}`;
/** A brake on a whole pair has no collection. */
export const brakeRoute = (pair: string, collection: string): string =>
  `#/pair/${encodeURIComponent(pair)}/brake/${encodeURIComponent(collection === '' ? '*' : collection)}`;
export const pairRoute = (pair: string): string => `#/pair/${encodeURIComponent(pair)}/summary`;
