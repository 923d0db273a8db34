import type { ConnectorKind } from '../../engine/port/connector.ts';
import type { PairEngine, PairEngineParts } from '../../engine/pair-engine.ts';
import type { Ports } from '../../engine/ports.ts';
import type { StateStore } from '../../engine/state/store.ts';
import type { SecretStore } from '../secrets/secret-store.ts';

/** What an engine host is made of; the program passes the real parts, a test passes what it wants to see. */
export interface HostParts {
  readonly kinds: readonly ConnectorKind[];
  readonly openPairEngine: (parts: PairEngineParts) => Promise<PairEngine>;
  /** Opens or makes the state database of the home. */
  readonly openState: (path: string) => StateStore;
  readonly ports: Ports;
  /** Where passwords are kept; a file in the state folder where it is absent. */
  readonly secrets?: (state: string) => SecretStore;
  /** The version of the program. */
  readonly program: string;
}
