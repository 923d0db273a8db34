import type { WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import { needsOf } from '../../model/needs.ts';
import { shownState } from '../../model/pair-state.ts';
import { t } from '../../text/text.ts';
import { time } from '../../text/times.ts';

/** Is everything all right? In one sentence. */
export function headline(pairs: readonly WirePairStatus[]): string {
  if (pairs.length === 0) return t('empty.pairs');
  const n = needsOf(pairs).length;
  if (n > 0) return t('overview.needs', { n });
  const marks = pairs.map((status) => shownState(status).mark);
  if (marks.includes('off')) return t('overview.offline');
  if (marks.every((mark) => mark === 'pause')) return t('overview.pausedAll');
  const waits = marks.filter((mark) => mark === 'wait').length;
  if (waits > 0) return t('overview.waitsSync', { n: waits });
  const working = marks.filter((mark) => mark === 'sync').length;
  return working > 0 ? t('overview.working', { n: working }) : t('overview.allGood');
}

/** “Up to date” only with when it was compared. */
export function auditSentence(pairs: readonly WirePairStatus[], now: number): string {
  if (pairs.length === 0) return '';
  const never = pairs.filter(({ lastReceipt }) => lastReceipt === null).length;
  if (never > 0) return t('overview.neverCompared', { n: never });
  const oldest = pairs.map(({ lastReceipt }) => lastReceipt?.at ?? '').sort()[0] ?? '';
  return t('overview.lastAudit', { time: time(oldest, now) });
}
