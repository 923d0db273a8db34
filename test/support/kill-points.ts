import { writeSync } from 'node:fs';
import type { Connector, MarkerFacet, Side } from '../../electron/engine/port/connector.ts';
import type { SideName } from '../../electron/engine/settings.ts';
import type { StateChange } from '../../electron/engine/state/change.ts';
import type { StateStore } from '../../electron/engine/state/store.ts';

const moments = ['before', 'after'] as const;
type Moment = (typeof moments)[number];

/** Steps that every pair goes through. */
const steps = [
  'run-begin',
  'scan-A',
  'scan-B',
  'touch',
  'stage',
  'park',
  'journal',
  'write-A',
  'write-B',
  'ack',
  'run-end',
] as const;
/** Steps that only a pair with a marker goes through. */
const markerSteps = ['raising', 'raise-A', 'raise-B', 'raised'] as const;
/** Steps of a start that finds what an earlier run left without an acknowledgement. */
const recoverySteps = ['recover-ack'] as const;

type Step = (typeof steps)[number] | (typeof markerSteps)[number] | (typeof recoverySteps)[number];
export type KillPoint = `${Step}:${Moment}` | 'half-merge' | 'recover';

const both = (names: readonly Step[]): KillPoint[] =>
  names.flatMap((step) => moments.map((moment): KillPoint => `${step}:${moment}`));

/** `half-merge`: A holds its half of a merge, B does not yet hold the other. */
export const commonPoints: readonly KillPoint[] = [...both(steps), 'half-merge'];
export const markerPoints: readonly KillPoint[] = both(markerSteps);
export const recoveryPoints: readonly KillPoint[] = ['recover', ...both(recoverySteps)];

export interface KillPlan {
  readonly point: KillPoint;
  /** The how-manieth time the point is passed. */
  readonly nth: number;
}

const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);

/** Ends this process with SIGKILL at the planned point, as a power cut would: nothing after it runs. */
export class KillSwitch {
  readonly #plan: KillPlan | null;
  #passed = 0;
  #recovering = false;
  #merging = false;

  constructor(plan: KillPlan | null) {
    this.#plan = plan;
  }

  store(real: StateStore): StateStore {
    return intercept(real, {
      commit: (pair: number, change: StateChange) =>
        this.#around(this.#stepOf(change), async () => {
          if (change.journal) this.#merging = hasMerge(change.journal.rows);
          const result = await real.commit(pair, change);
          if (change.journalStatus) this.#recovering = false;
          return result;
        }),
      actions: async (...args: Parameters<StateStore['actions']>) => {
        const found = await real.actions(...args);
        if (args[1].status === 'sent' && found.length > 0) {
          this.#recovering = true;
          say({ found: found.length });
          this.#reach('recover');
        }
        return found;
      },
    });
  }

  connector(side: SideName, real: Connector): Connector {
    return intercept(real, {
      bind: async (...args: Parameters<Connector['bind']>) => this.#side(side, await real.bind(...args)),
    });
  }

  #side(name: SideName, real: Side): Side {
    const { marker } = real;
    const wrapped: MarkerFacet | undefined = marker && {
      read: (pair) => marker.read(pair),
      raise: (...args) => this.#around(`raise-${name}`, () => marker.raise(...args)),
    };
    return intercept(real, {
      scan: (...args: Parameters<Side['scan']>) => this.#around(`scan-${name}`, () => real.scan(...args)),
      write: async (...args: Parameters<Side['write']>) => {
        const results = await this.#around(`write-${name}`, () => real.write(...args));
        if (name === 'A' && this.#merging) this.#reach('half-merge');
        return results;
      },
      ...(wrapped ? { marker: wrapped } : {}),
    });
  }

  #stepOf(change: StateChange): Step | null {
    if (change.newRun) return 'run-begin';
    if (change.run) return 'run-end';
    if (change.journal) return 'journal';
    if (change.journalStatus) return this.#recovering ? 'recover-ack' : 'ack';
    if (change.pair?.raising === true) return 'raising';
    if (change.pair?.raising === false && change.pair.mode === undefined) return 'raised';
    if (change.stage && change.stage.actions.length > 0) return 'stage';
    if (change.putItems) return 'park';
    return change.touch ? 'touch' : null;
  }

  async #around<T>(step: Step | null, work: () => Promise<T>): Promise<T> {
    if (step === null) return work();
    this.#reach(`${step}:before`);
    const result = await work();
    this.#reach(`${step}:after`);
    return result;
  }

  #reach(point: KillPoint): void {
    if (this.#plan?.point !== point || ++this.#passed !== this.#plan.nth) return;
    say({ hit: point });
    process.kill(process.pid, 'SIGKILL');
  }
}

function hasMerge(rows: readonly { readonly action: number; readonly side: SideName }[]): boolean {
  const onA = new Set(rows.filter(({ side }) => side === 'A').map(({ action }) => action));
  return rows.some(({ side, action }) => side === 'B' && onA.has(action));
}

/** The same object with some members replaced; everything else runs on the real one. */
export function intercept<T extends object>(real: T, members: object): T {
  return new Proxy(real, {
    get(target, name) {
      if (name in members) return Reflect.get(members, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
