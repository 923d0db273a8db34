import {
  Archive,
  Database,
  FileText,
  GitCompareArrows,
  Network,
  OctagonMinus,
  RefreshCw,
  SlidersHorizontal,
  Wrench,
  type LucideIcon,
} from 'lucide-react';
import type { MessageId } from '../../text/messages.ts';

export const groupNames = [
  'general',
  'sync',
  'conflicts',
  'brakes',
  'history',
  'databases',
  'network',
  'log',
  'more',
] as const;
export type GroupName = (typeof groupNames)[number];

export const groupIcons: Readonly<Record<GroupName, LucideIcon>> = {
  general: SlidersHorizontal,
  sync: RefreshCw,
  conflicts: GitCompareArrows,
  brakes: OctagonMinus,
  history: Archive,
  databases: Database,
  network: Network,
  log: FileText,
  more: Wrench,
};

type Unit = 'seconds' | 'minutes' | 'hours' | 'days' | 'percent' | 'records' | 'times' | 'bytes';

/** How a setting is set. `empty`: without a value it is null. */
export type Control =
  | { readonly kind: 'switch' }
  | { readonly kind: 'number'; readonly unit: Unit; readonly empty?: true }
  | { readonly kind: 'text'; readonly empty?: true }
  | { readonly kind: 'list' }
  | { readonly kind: 'choice'; readonly values: readonly string[] };

interface Known {
  readonly group: GroupName;
  readonly title: MessageId;
  readonly control: Control;
}

const number = (unit: Unit): Control => ({ kind: 'number', unit });
const known = (group: GroupName, title: MessageId, control: Control): Known => ({ group, title, control });

/** Where each setting of the option table stands; in the order in which it is shown. One that is not listed stands under `more`. */
export const knownSettings: Readonly<Record<string, Known>> = {
  autoSyncEnabled: known('sync', 'settings.key.autoSyncEnabled', { kind: 'switch' }),
  liveSync: known('sync', 'settings.key.liveSync', { kind: 'switch' }),
  syncIntervalMinutes: known('sync', 'settings.key.syncIntervalMinutes', {
    kind: 'number',
    unit: 'minutes',
    empty: true,
  }),
  syncSchedule: known('sync', 'settings.key.syncSchedule', { kind: 'text', empty: true }),
  collectionsToSync: known('sync', 'settings.key.collectionsToSync', { kind: 'list' }),
  newCollections: known('sync', 'settings.key.newCollections', { kind: 'switch' }),
  auditHours: known('sync', 'settings.key.auditHours', number('hours')),
  maxRetries: known('sync', 'settings.key.maxRetries', number('times')),
  batchSize: known('sync', 'settings.key.batchSize', number('records')),
  conflictResolutionStrategy: known('conflicts', 'settings.key.conflictResolutionStrategy', {
    kind: 'choice',
    values: ['manual', 'keep_local', 'keep_remote', 'rename_local', 'keep_both', 'auto'],
  }),
  brakeDeletePercent: known('brakes', 'settings.key.brakeDeletePercent', number('percent')),
  brakeDeleteCount: known('brakes', 'settings.key.brakeDeleteCount', number('records')),
  brakeSmallPercent: known('brakes', 'settings.key.brakeSmallPercent', number('percent')),
  brakeSmallSize: known('brakes', 'settings.key.brakeSmallSize', number('records')),
  brakeChangePercent: known('brakes', 'settings.key.brakeChangePercent', number('percent')),
  brakeChangeCount: known('brakes', 'settings.key.brakeChangeCount', number('records')),
  brakePeriodDays: known('brakes', 'settings.key.brakePeriodDays', number('days')),
  journalDays: known('history', 'settings.key.journalDays', number('days')),
  keepDocBytes: known('history', 'settings.key.keepDocBytes', number('bytes')),
  keepPairBytes: known('history', 'settings.key.keepPairBytes', number('bytes')),
  busyTimeoutSeconds: known('databases', 'settings.key.busyTimeoutSeconds', number('seconds')),
  triggers: known('databases', 'settings.key.triggers', { kind: 'switch' }),
  marker: known('databases', 'settings.key.marker', { kind: 'switch' }),
  stamp: known('databases', 'settings.key.stamp', { kind: 'switch' }),
  checkIntervalSeconds: known('network', 'settings.key.checkIntervalSeconds', number('seconds')),
  trustedHosts: known('network', 'settings.key.trustedHosts', { kind: 'list' }),
  logLevel: known('log', 'settings.key.logLevel', { kind: 'choice', values: ['debug', 'info', 'warn', 'error'] }),
};
