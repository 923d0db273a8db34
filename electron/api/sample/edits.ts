import { letter, type SampleRow } from './office.ts';
import type { SampleTable } from './tables.ts';

/** What somebody does on one side. An update names the fields that change. */
export type SampleEdit =
  | { readonly insert: SampleTable; readonly row: SampleRow }
  | { readonly update: SampleTable; readonly id: bigint; readonly set: SampleRow }
  | { readonly remove: SampleTable; readonly id: bigint };

interface Edits {
  readonly A: readonly SampleEdit[];
  readonly B: readonly SampleEdit[];
}

/**
 * Two people at work on the same day: two edits of one phone, of one date and of one long letter, an event deleted here
 * and changed there, a member changed here and deleted there, and one name taken twice. The rest contradicts nothing.
 */
export const sampleEdits = (): Edits => ({
  A: [
    { update: 'members', id: 5n, set: { phone: '+41 31 555 70 70' } },
    { update: 'members', id: 9n, set: { city: 'Basel' } },
    { update: 'members', id: 32n, set: { email: 'new.address@office.example' } },
    { update: 'events', id: 7n, set: { starts_at: '2026-06-12T18:00' } },
    { remove: 'events', id: 11n },
    {
      insert: 'admins',
      row: { id: 101n, username: 'john', name: 'John Marten', email: 'john@office.example', role: 'editor' },
    },
    {
      update: 'letters',
      id: 3n,
      set: { body: letter(3, 'this time the office has good news, and a request.', 'The next meeting is on 4 May.') },
    },
    { update: 'letters', id: 4n, set: { subject: 'Letter to all members, part 4' } },
  ],
  B: [
    { update: 'members', id: 5n, set: { phone: '+41 31 555 80 80' } },
    { update: 'members', id: 9n, set: { phone: '+41 61 555 09 09' } },
    { remove: 'members', id: 32n },
    { update: 'events', id: 7n, set: { starts_at: '2026-06-13T19:30' } },
    { update: 'events', id: 11n, set: { title: 'First aid course, second evening', seats: 24n } },
    {
      insert: 'admins',
      row: { id: 202n, username: 'john', name: 'John Peters', email: 'j.peters@office.example', role: 'viewer' },
    },
    {
      update: 'letters',
      id: 3n,
      set: {
        body: letter(3, 'much has happened since the last letter.', 'The next meeting is on 11 May, in the hall.'),
      },
    },
    {
      insert: 'members',
      row: { id: 81n, name: 'Wanda Ostrow', phone: '+41 81 555 81 81', email: null, city: 'Chur' },
    },
  ],
});
