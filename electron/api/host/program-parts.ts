import { connectorKinds } from '../../connectors/registry.ts';
import { openPairEngine } from '../../engine/open-pair-engine.ts';
import type { Log } from '../../engine/ports.ts';
import { openState } from '../../engine/state/open-state.ts';
import type { HostParts } from './parts.ts';
import { systemPorts } from './system-ports.ts';

/** The version of the program; a test holds it against package.json. */
export const PROGRAM_VERSION = '0.1.0';

/** What the program itself is made of. */
export function programParts(log: Log): HostParts {
  return {
    kinds: connectorKinds,
    openPairEngine,
    openState: (path) => openState({ path }),
    ports: systemPorts(log),
    program: PROGRAM_VERSION,
  };
}
