import { AppError } from '../../../shared/contract/errors.ts';
import type { CollectionSpec } from './connector.ts';

/** Fails with `unsupported` where fields are to be omitted that cannot be: by this kind, in fixed fields, or in the key. */
export function assertOmits(specs: readonly CollectionSpec[], canOmit: boolean, path: string): void {
  for (const { name, omit: forms = {}, anyField, fields } of specs) {
    const omit = Object.keys(forms);
    const isKey = (field: string): boolean => fields.some(({ physical }) => physical === field);
    if (omit.length === 0 || (canOmit && anyField && !omit.some(isKey))) continue;
    throw new AppError({
      code: 'unsupported',
      operation: 'bind',
      subject: { collection: name, path },
      message: `Opening ${name} failed: ${path} cannot leave the fields ${omit.join(', ')} out of its records.`,
      next: 'Nothing was read or written.',
      hint: 'Only documents can hold fields beside their records: switch stamps off for this pair (--no-stamp).',
      retry: 'after-user-action',
    });
  }
}
