import type { SideName } from '../../electron/engine/settings.ts';
import type { Step } from './walk.ts';

/* What has happened before the walks of a world begin. */
export const sets = (side: SideName, place: string, field = 'f', value?: string): Step => ({
  s: 'happen',
  what: { t: 'edit', edit: { t: 'set', side, place, field, ...(value === undefined ? {} : { value }) } },
});
export const unreported = (step: Step): Step =>
  step.s === 'happen' && step.what.t === 'edit'
    ? { s: 'happen', what: { t: 'edit', edit: { ...step.what.edit, missed: true } } }
    : step;
export const deletes = (side: SideName, place: string): Step => ({
  s: 'happen',
  what: { t: 'edit', edit: { t: 'delete', side, place } },
});
export const inserts = (side: SideName, place: string, field?: string, value?: string): Step => ({
  s: 'happen',
  what: { t: 'edit', edit: { t: 'insert', side, place, ...(field && value ? { field, value } : {}) } },
});
export const syncs: Step = { s: 'call', call: { c: 'sync' }, during: [] };
export const undoes = (nth: number): Step => ({ s: 'call', call: { c: 'undo', nth }, during: [] });
export const cutsOff = (side: SideName): Step => ({ s: 'happen', what: { t: 'cutOff', side } });
