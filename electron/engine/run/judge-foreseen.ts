import { sideNames } from '../settings.ts';
import type { ActionRow, Origin } from '../state/stored.ts';
import { intentOf } from './apply.ts';
import type { Pass } from './context.ts';
import { parkAction } from './judge-park.ts';
import type { Links } from './links.ts';
import { refusalText } from './rejected.ts';
import { writesOf } from './tuples.ts';

/** What a side tells beforehand that it would not take of the actions of these origins (E76, E90). */
export async function judgeForeseen(
  pass: Pass,
  page: readonly ActionRow[],
  links: Links,
  origins: readonly Origin[],
): Promise<void> {
  for (const side of sideNames) {
    const there = pass.sides[side];
    const work = page.flatMap((action) =>
      writesOf(action)
        .filter((write) => write.side === side && origins.includes(action.origin))
        .map(({ from, to }) => ({ action, intent: intentOf(action, from, to) })),
    );
    const rejections = work.length === 0 ? [] : await there.foresee?.(work.map(({ intent }) => intent));
    for (const [i, rejection] of (rejections ?? []).entries()) {
      const action = work[i]?.action;
      if (!rejection || !action) continue;
      const reason = refusalText(pass, action, side, rejection);
      await parkAction(pass, links, action, { kind: 'rejected', fields: [], side, waits: [], reason });
    }
  }
}
