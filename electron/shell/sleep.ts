import type { Client } from '../../shared/contract/client.ts';
import type { ShellState } from './shell-state.ts';

export interface SleepParts {
  readonly power: { on(event: 'suspend' | 'resume', listener: () => void): unknown };
  readonly client: Client;
  readonly state: () => ShellState;
  readonly refused: (what: string) => void;
}

/**
 * Before the computer sleeps, running syncs end after their batch; when it wakes up, servers are asked first whether
 * they answer, and what was stopped is synced again.
 */
export function sleepWithTheComputer({ power, client, state, refused }: SleepParts): void {
  let stopped: readonly string[] = [];
  const quietly = (what: string, work: Promise<unknown>): Promise<unknown> =>
    work.catch((cause: unknown) => refused(`${what}: ${String(cause)}`));
  power.on('suspend', () => {
    stopped = (state().pairs ?? []).filter((each) => each.state === 'syncing').map(({ pair }) => pair);
    for (const pair of stopped) void quietly('stopping before sleep', client.call('runs.cancel', { pair }));
  });
  power.on('resume', () => {
    const again = stopped;
    stopped = [];
    void quietly('asking the servers', client.call('network.check', {})).then(() => {
      for (const pair of again)
        void quietly('going on after sleep', client.call('runs.start', { pair, trigger: 'reconnect' }));
    });
  });
}
