import type { Params } from '../../../shared/contract/calls.ts';
import { AppError } from '../../../shared/contract/errors.ts';
import { must } from '../../../shared/lib/assert.ts';
import type { Handlers } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import type { KeptPlan } from '../host/kept-plans.ts';
import { keyText } from '../mapping/key-text.ts';
import { wirePlan } from '../mapping/runs.ts';
import { given, momentOf } from '../mapping/values.ts';
import { explained } from '../pairs/news.ts';
import { lookForNew } from '../pairs/take-up.ts';
import { pairNames, progressTeller } from './common.ts';

export function planHandlers(host: Host): Pick<Handlers, 'plan.make' | 'plan.entries'> {
  return {
    async 'plan.make'({ pair, entries = 'all', ...request }, { signal }) {
      const create = await lookForNew(host, pair);
      const wanted = create.filter(({ name }) => request.collections?.includes(name) ?? true);
      const onProgress = progressTeller(host, pair, 'plan');
      // What is still to be created cannot be planned by record.
      const collections = request.collections?.filter((name) => !create.some((each) => each.name === name));
      return host.pool.use(pair, 'sides', async (open) => {
        const plan = await open.engine.plan({ ...given({ ...request, collections }), signal, onProgress });
        const notInPair = (await explained(open, plan.notInPair)).filter(({ comes }) => !comes);
        const sent = entries === 'all' ? plan : { ...plan, fingerprint: [] };
        return { ...wirePlan(sent, wanted), id: entries === 'kept' ? host.plans.keep(plan) : null, notInPair };
      });
    },
    async 'plan.entries'({ pair, plan: id, offset = 0, limit = 1000 }) {
      const { at, fingerprint, listed } = planOf(host, 'plan.entries', pair, id);
      const rows = fingerprint.slice(offset, offset + limit).map((entry, i) => {
        const { key, op } = must(listed[offset + i], 'what is done with a record of the plan');
        return { key: keyText(key), op: { A: op.A ?? null, B: op.B ?? null }, entry: { ...entry } };
      });
      return { pair, at: momentOf(at), total: fingerprint.length, rows };
    },
  };
}

/** A run of a kept plan is one of the records it names, without those that are left out. */
export function withKept(host: Host, { kept, ...params }: Params<'runs.start'>): Omit<Params<'runs.start'>, 'kept'> {
  if (kept === undefined) return params;
  if (params.plan !== undefined)
    throw new AppError({
      code: 'usage',
      operation: 'runs.start',
      message: `Syncing ${params.pair} failed: a run carries out one plan, and two were named (plan, kept).`,
      next: 'Nothing was started.',
      hint: 'Name one of them.',
      subject: { pair: params.pair },
    });
  const { fingerprint } = planOf(host, 'runs.start', params.pair, kept.id);
  const out = new Set((kept.without ?? []).map(({ collection, key }) => `${key} ${collection}`));
  return { ...params, plan: fingerprint.filter(({ collection, key }) => !out.has(`${key} ${collection}`)) };
}

function planOf(host: Host, operation: string, pair: string, id: string): KeptPlan {
  pairNames(host, pair);
  const plan = host.plans.find(pair, id);
  if (plan) return plan;
  throw new AppError({
    code: 'not-found',
    operation,
    message: `This plan for ${pair} is not kept any more.`,
    next: 'Nothing was written.',
    hint: 'Make the plan again.',
    subject: { pair },
  });
}
