import { randomUUID } from 'node:crypto';
import type { PlanReport } from '../../engine/reports/plan.ts';

export type KeptPlan = Pick<PlanReport, 'pair' | 'at' | 'fingerprint' | 'listed'>;

/** A plan of many records takes as many megabytes. */
const KEPT = 4;

/** The last plans that somebody looks at, which are too large to be sent at once. They end with the engine. */
export class KeptPlans {
  readonly #plans = new Map<string, KeptPlan>();

  keep({ pair, at, fingerprint, listed }: PlanReport): string {
    const id = randomUUID();
    this.#plans.set(id, { pair, at, fingerprint, listed });
    const [oldest] = this.#plans.keys();
    if (this.#plans.size > KEPT && oldest !== undefined) this.#plans.delete(oldest);
    return id;
  }

  find(pair: string, id: string): KeptPlan | undefined {
    const plan = this.#plans.get(id);
    return plan?.pair === pair ? plan : undefined;
  }
}
