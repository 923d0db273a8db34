import type { ActionRow, NewClaim } from '../state/stored.ts';
import type { Pass } from './context.ts';
import { parentTuple, type ReferenceRule } from './constraints.ts';
import { takes, writesOf } from './tuples.ts';

export const referenceIndex = (rule: ReferenceRule): string => `ref:${rule.parentFields.join('\0')}`;

/** Notes on disk which values the plan will put where: unique ones, and those that children may refer to. */
export async function claimValues(pass: Pass, page: readonly ActionRow[]): Promise<void> {
  const claims = page.flatMap((action) => claimsOf(pass, action));
  if (claims.length > 0) await pass.store.commit(pass.id, { claims: { run: pass.run, claims } });
}

function claimsOf(pass: Pass, action: ActionRow): NewClaim[] {
  const { collection, id } = action;
  return writesOf(action).flatMap((write): NewClaim[] => {
    const { side } = write;
    const unique = (pass.constraints.unique[side].get(collection) ?? []).map((rule) => ({
      index: rule.name,
      taken: takes(write, rule),
    }));
    const parents = (pass.constraints.children[side].get(collection) ?? []).map((rule) => ({
      index: referenceIndex(rule),
      taken: takes(write, parentTuple(rule)),
    }));
    return [...unique, ...parents].flatMap(({ index, taken }) =>
      taken ? [{ action: id, side, collection, index, value: taken.key }] : [],
    );
  });
}
