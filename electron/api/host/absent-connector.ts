import type { AppError } from '../../../shared/contract/errors.ts';
import type { Connector } from '../../engine/port/connector.ts';

/**
 * Stands for a side that did not open, so that what the state knows can still be asked. It describes itself as empty
 * and refuses everything else with the side's own error. The pool hands it only to calls that look at no side: an
 * engine that planned with it would take the side for emptied.
 */
export function absentConnector(error: AppError): Connector {
  const refuse = (): Promise<never> => Promise.reject(error);
  return {
    kind: 'absent',
    capabilities: {
      groups: 'none',
      capture: false,
      watch: false,
      gate: false,
      digest: false,
      lookup: false,
      setup: false,
      marker: false,
      missingFields: false,
      stamps: false,
    },
    identity: refuse,
    describe: () => Promise.resolve({ collections: [], reported: [], version: '' }),
    bind: () => Promise.resolve({ scan: refuse, read: refuse, write: refuse, close: () => Promise.resolve() }),
    close: () => Promise.resolve(),
  };
}
