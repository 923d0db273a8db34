import { apply } from '../run/apply.ts';
import { refName, type Pass } from '../run/context.ts';
import { judge } from '../run/judge.ts';
import { stage } from '../run/stage.ts';
import { stagedCount } from '../run/staged.ts';
import type { KeyRef, NewAction } from '../state/store.ts';

/** Decisions go the way of every plan: unique values, references and order are judged, brakes are not asked. */
export async function writeDecided(pass: Pass, actions: readonly NewAction[]): Promise<void> {
  for (let at = 0; at < actions.length; at += 1000) await stageDecided(pass, actions.slice(at, at + 1000));
  await stageWaiters(pass, actions);
  await judge(pass);
  const total = await stagedCount(pass);
  if (total > 0) await apply(pass, total);
  await pass.store.commit(pass.id, { dropPlan: pass.run });
}

/** A decision takes no key off the dirty list: what it wrote is looked at once more, whatever came in between. */
async function stageDecided(pass: Pass, actions: readonly NewAction[]): Promise<void> {
  await pass.store.commit(pass.id, { stage: { run: pass.run, actions } });
}

/** What waits for a decided record may have to move together with it (a swap of unique values), so it is planned along. */
async function stageWaiters(pass: Pass, actions: readonly NewAction[]): Promise<void> {
  const decided = new Set(actions.map(refName));
  const waiting = new Map<string, KeyRef>();
  for (const { collection, key } of actions) {
    const facts = (await pass.store.parked(pass.id, collection, [key])).get(key);
    for (const { collection: name, key: waiter } of facts?.waiters ?? [])
      waiting.set(refName({ collection: name, key: waiter }), { collection: name, key: waiter });
  }
  const only = new Map([...waiting].filter(([name]) => !decided.has(name)));
  if (only.size === 0) return;
  await pass.store.commit(pass.id, { touch: [...only.values()] });
  await stage({ ...pass, scope: { ...pass.scope, only: new Set(only.keys()) } });
}
