import type { WireFieldPreview, WireIncludeReport } from '../../../shared/contract/pair-shapes.ts';
import { countText } from '../../../shared/lib/count-text.ts';
import { createLines } from './create-text.ts';
import { labelsOf } from './labels.ts';
import { firstSyncLines } from './first-sync-text.ts';
import { findingLines, previewLines } from './pair-text.ts';
import type { Labels } from './recommendations.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { indented } from './table.ts';
import { namesText } from './words.ts';

/** What taking in and leaving out come to: what is created, what moves with the next sync, what leaves. */
export function includeLines(report: WireIncludeReport, style: Style, verbose: boolean): string[] {
  const labels = labelsOf(report.pair);
  const { preview, fields, saved } = report;
  const parts = [
    findingLines(report.findings, style),
    createLines(report.create, { labels, style, done: saved, verbose }),
    preview === null ? [] : [...previewLines(preview, labels, style), ...firstSyncLines(preview, report.pair)],
    fields.flatMap((field) => fieldLines(field, labels)),
    removedLines(report),
    report.endedBrakes.map(
      ({ id, cause }) => `${saved ? 'Ended' : 'Would end'} brake ${id}, which asked about it: ${safeText(cause, 300)}`,
    ),
    report.dismissed.length === 0 ? [] : [`Not mentioned any more: ${namesText(report.dismissed)}.`],
  ];
  return parts.filter((lines) => lines.length > 0).flatMap((lines, i) => [...(i === 0 ? [] : ['']), ...lines]);
}

function removedLines({ removed, saved }: WireIncludeReport): string[] {
  if (removed.length === 0) return [];
  const one = removed.length === 1;
  return [
    `${saved ? 'Left' : 'Would leave'} the pair: ${namesText(removed)}. Neither database is written; what Tandem knew of ${one ? 'it' : 'them'} is dropped, with open conflicts and holds.`,
  ];
}

function fieldLines({ collection, field, equal, toA, toB, different }: WireFieldPreview, { a, b }: Labels): string[] {
  const name = `${safeText(collection, 60)}.${safeText(field, 60)}`;
  const says = [
    ...(toB > 0
      ? [`${countText(toB, 'record')} ${toB === 1 ? 'gets its' : 'get their'} value on ${b} from ${a}.`]
      : []),
    ...(toA > 0
      ? [`${countText(toA, 'record')} ${toA === 1 ? 'gets its' : 'get their'} value on ${a} from ${b}.`]
      : []),
    ...(different > 0
      ? [
          `${countText(different, 'record')} ${different === 1 ? 'holds' : 'hold'} two different values and ${different === 1 ? 'becomes a conflict' : 'become conflicts'} of this field; both stay until you decide.`,
        ]
      : []),
  ];
  return [`${name}: ${countText(equal, 'record')} equal on both sides.`, ...indented(says)];
}
