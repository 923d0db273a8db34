import { apply } from '../run/apply.ts';
import type { Pass } from '../run/context.ts';
import { judge } from '../run/judge.ts';
import { stagedCount } from '../run/staged.ts';
import type { NewAction } from '../state/store.ts';

/** Decisions go the way of every plan: unique values, references and order are judged, brakes are not asked. */
export async function writeDecided(pass: Pass, actions: readonly NewAction[]): Promise<void> {
  for (let at = 0; at < actions.length; at += 1000) await stageDecided(pass, actions.slice(at, at + 1000));
  await judge(pass);
  const total = await stagedCount(pass);
  if (total > 0) await apply(pass, total);
  await pass.store.commit(pass.id, { dropPlan: pass.run });
}

/** A decision carries the generation its key has now, so that it clears the key only if nothing came in between. */
async function stageDecided(pass: Pass, actions: readonly NewAction[]): Promise<void> {
  const { gens } = await pass.store.commit(pass.id, {
    touch: actions.map(({ collection, key }) => ({ collection, key })),
  });
  await pass.store.commit(pass.id, {
    stage: { run: pass.run, actions: actions.map((action, i) => ({ ...action, gen: gens[i] ?? 0 })) },
  });
}
