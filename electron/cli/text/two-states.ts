import type { WireRecord } from '../../../shared/model/ejson.ts';
import { displayRecord } from '../../../shared/model/display.ts';
import { numberText } from '../../../shared/lib/count-text.ts';
import type { Labels } from './recommendations.ts';
import { safeText } from './safe-text.ts';
import { pairLines } from './table.ts';
import { differing, fieldWindows } from './value-window.ts';

/** What stands on each side, in the fields that differ, `most` of them; both records where one side has none. */
export function twoAnswers(
  local: WireRecord | null,
  remote: WireRecord | null,
  { a, b }: Labels,
  most = Infinity,
): string[] {
  if (local === null || remote === null)
    return pairLines([
      [a, safeText(displayRecord(local), 300)],
      [b, safeText(displayRecord(remote), 300)],
    ]);
  const fields = differing(local, remote);
  const lines = fields.slice(0, most).map((name) => {
    const [mine = '', theirs = ''] = fieldWindows([local, remote], name);
    return `${safeText(name, 40)}: ${a} ${mine} / ${b} ${theirs}`;
  });
  const more = fields.length - lines.length;
  return more > 0 ? [...lines, `… and ${numberText(more)} more fields differ`] : lines;
}

/** What a change did to these fields. */
export function changeLines(before: WireRecord | null, after: WireRecord | null, fields: readonly string[]): string[] {
  return fields.map((name) => {
    const [old = '', now = ''] = fieldWindows([before, after], name);
    return `${safeText(name, 40)}: ${old} → ${now}`;
  });
}
