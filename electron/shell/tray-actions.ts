import type { Client } from '../../shared/contract/client.ts';
import { toAppError } from '../api/dispatcher.ts';
import type { ShellState } from './shell-state.ts';
import type { TrayAction } from './tray-menu.ts';

export interface TrayActionParts {
  readonly client: Client;
  readonly state: () => ShellState;
  readonly show: (route?: string) => void;
  readonly retryEngine: () => void;
  readonly quit: () => void;
  /** What was asked for from the tray and failed: there is no page that could say it. */
  readonly failed: (message: string, hint: string) => void;
}

/** Carries out what a person picks in the tray. */
export function trayActions(parts: TrayActionParts): (action: TrayAction) => void {
  const { client } = parts;
  const tried = (operation: string, work: Promise<unknown>): void =>
    void work.catch((cause: unknown) => {
      const { message, hint } = toAppError(cause, operation);
      parts.failed(message, hint);
    });
  const each = (
    work: (pair: string) => Promise<unknown>,
    which = (_state: string): boolean => true,
  ): Promise<unknown> =>
    Promise.all((parts.state().pairs ?? []).filter(({ state }) => which(state)).map(({ pair }) => work(pair)));
  return (action) => {
    switch (action.do) {
      case 'open':
        return parts.show(action.route);
      case 'sync-all':
        return tried(
          'runs.start',
          each((pair) => client.call('runs.start', { pair, trigger: 'manual' })),
        );
      case 'stop-syncs':
        return tried(
          'runs.cancel',
          each(
            (pair) => client.call('runs.cancel', { pair }),
            (state) => state === 'syncing',
          ),
        );
      case 'pause':
        return tried('live.pause', client.call('live.pause', action.until === null ? {} : { until: action.until }));
      case 'resume':
        return tried('live.resume', client.call('live.resume', {}));
      case 'retry-engine':
        return parts.retryEngine();
      case 'quit':
        return parts.quit();
    }
  };
}
