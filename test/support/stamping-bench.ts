import { CHANGED_AT, stampForms } from '../../electron/engine/settings.ts';
import type { BenchOptions } from './bench-options.ts';
import { table } from './engine-harness.ts';

const fields = {
  id: 'integer',
  name: 'text?',
  mail: 'text?',
  updatedAt: 'any?',
  syncedAt: 'any?',
  syncStatus: 'any?',
  origin: 'any?',
};
const documents = table('docs', fields);

/** A pair of documents that stamps. */
export const stamping = (more: Partial<BenchOptions> = {}): BenchOptions => ({
  tables: [documents],
  rules: {
    docs: {
      anyField: true,
      fields: [{ name: 'id', A: 'id', B: 'id' }],
      omit: stampForms,
      touch: [CHANGED_AT],
    },
  },
  ...more,
  settings: { stamp: true, ...more.settings },
  capabilities: { missingFields: true, ...more.capabilities },
});
