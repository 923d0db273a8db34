import type { Params, Result } from '../../../shared/contract/calls.ts';
import { tryRule } from '../../engine/conflict/try-rule.ts';
import type { Rules } from '../../engine/plan/plan.ts';
import type { Policy } from '../../engine/settings.ts';
import type { Handlers } from '../dispatcher.ts';
import { Breath } from '../host/breathing.ts';
import type { Host } from '../host/host.ts';
import { pairRowOf } from '../host/pair-row.ts';
import { wireKeyOf } from '../mapping/key-text.ts';
import { titleOf } from '../mapping/record-title.ts';
import { given } from '../mapping/values.ts';
import { pairEntryOf, pairSettingsOf } from '../settings/pair-settings.ts';
import { noCollection } from './common.ts';

type Request = Params<'rules.try'>;

export function ruleHandlers(host: Host): Pick<Handlers, 'rules.try'> {
  return { 'rules.try': (params) => tryOn(host, params) };
}

/** From the state alone, as all rules are: what a sync would plan with it. */
async function tryOn(host: Host, { pair, collection, rule }: Request): Promise<Result<'rules.try'>> {
  const settings = pairSettingsOf(pair, pairEntryOf(host.config.load(), pair));
  const all = [...settings.collections, ...settings.resting];
  const known = all.find(({ name }) => name === collection);
  if (!known) throw noCollection({ name: pair, collections: all }, collection);
  const row = await pairRowOf(host, pair);
  if (!row)
    return { tried: 0, same: 0, other: 0, asks: 0, notTried: { otherKinds: 0, valuesGone: 0, byRule: 0 }, samples: [] };
  const breath = new Breath();
  const tried = await tryRule({
    store: host.store,
    pair: row.id,
    collection,
    rules: rulesWith(known, rule),
    pause: () => breath.take(),
  });
  return {
    ...tried,
    samples: tried.samples.map(({ states, key, ...one }) => ({
      ...one,
      key: wireKeyOf(key),
      title: titleOf(key, states),
    })),
  };
}

/** What is not said stays as the collection has it. */
function rulesWith(known: Rules, rule: Request['rule']): Rules {
  if (typeof rule === 'string') return { ...known, policy: policyIn(rule), fieldPolicy: {} };
  const { policy, touch, ...rest } = rule;
  return {
    ...known,
    ...given(rest),
    ...(policy === undefined ? {} : { policy }),
    ...(touch === undefined ? {} : { touch: [...known.touch, ...touch] }),
  };
}

/** The strategies of a pair that are rules of the plan, by their own names. */
function policyIn(rule: Extract<Request['rule'], string>): Policy {
  if (rule === 'keep_local') return 'local';
  return rule === 'keep_remote' ? 'remote' : rule;
}
