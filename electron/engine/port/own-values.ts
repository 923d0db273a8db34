import { timeOfDate } from './bson-value.ts';
import type { Value } from './value.ts';

/** What an omitted field holds where Tandem keeps it: a date, or one of these words. Missing and NULL fit every form. */
export type OmittedForm = 'date' | readonly string[];
export type Omitted = Readonly<Record<string, OmittedForm>>;

/** The omitted fields that hold something of their own: what is not in their form, and of which nobody has a copy. */
export const ownAmong = (omit: Omitted, valueOf: (name: string) => Value | undefined): string[] =>
  Object.entries(omit).flatMap(([name, form]) => (fits(form, valueOf(name)) ? [] : [name]));

function fits(form: OmittedForm, value: Value | undefined): boolean {
  if (value === undefined || value === null) return true;
  return form === 'date' ? timeOfDate(value) !== undefined : typeof value === 'string' && form.includes(value);
}

/** How many fields are named one by one. */
const NAMED = 5;
/** What is `rejected` for the sake of such values (`RejectCode`). */
export const HOLDS_MORE = 'holds-more';
/** What the pair keeps no copy of would be lost, so only a person may say so. */
export const WITH_DELETE = 'deleting it would lose that for good';
export const WITH_ANOTHER = 'it would stay behind with the record that takes this place';

/** Why a record that holds these fields beside those of the pair is not written without a person. */
export function holdsMoreText(fields: readonly string[], then: string): string {
  const shown = fields.length > NAMED ? [...fields.slice(0, NAMED), `${fields.length - NAMED} more`] : fields;
  const list = shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : shown.join('');
  return `it also holds ${list}, which ${fields.length > 1 ? 'are' : 'is'} not part of the pair; ${then}`;
}
