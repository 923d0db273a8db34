import type { SampleTable } from './tables.ts';

export type SampleRow = Readonly<Record<string, bigint | string | null>>;

const first =
  'Ada,Bela,Clara,Dario,Elif,Fabio,Gita,Hanna,Ivo,Jana,Kofi,Lena,Milo,Nora,Otto,Petra,Quinn,Rosa,Samir,Tilda'.split(
    ',',
  );
const last = 'Berg,Castell,Dorn,Ehrlich,Falk,Grau,Hollis,Imhof,Jansen,Kessel,Lund'.split(',');
const cities = 'Aarau,Bern,Chur,Davos,Genf'.split(',');
const roles = ['owner', 'editor', 'viewer'];
const occasions = 'Spring market,Lamp festival,Board meeting,Choir evening,First aid course,Open day'.split(',');

/** Each with each, so that no name comes twice: the two lists have no common divisor. */
const personOf = (n: number): string => `${first[n % first.length]} ${last[n % last.length]}`;
const mailOf = (name: string): string => `${name.toLowerCase().replace(' ', '.')}@office.example`;
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i + 1);
const two = (n: number): string => String(n).padStart(2, '0');

/** The same on every computer; parents before their children. */
export const sampleOffice = (): readonly (readonly [SampleTable, readonly SampleRow[]])[] => [
  [
    'admins',
    numbers(6).map((i) => {
      const name = personOf(i + 100);
      const username = name.toLowerCase().replace(' ', '_');
      return { id: BigInt(i), username, name, email: mailOf(name), role: roles[i % 3] ?? 'viewer' };
    }),
  ],
  [
    'members',
    numbers(80).map((i) => {
      const name = personOf(i);
      const phone = `+41 31 555 ${two(i)} ${two((i * 7) % 100)}`;
      return { id: BigInt(i), name, phone, email: mailOf(name), city: cities[i % cities.length] ?? null };
    }),
  ],
  [
    'events',
    numbers(24).map((i) => ({
      id: BigInt(i),
      title: `${occasions[i % occasions.length]} ${i}`,
      starts_at: `2026-${two(1 + (i % 12))}-${two(1 + ((i * 5) % 27))}T${two(9 + (i % 9))}:00`,
      seats: BigInt(10 + ((i * 13) % 90)),
      host: BigInt(1 + ((i * 3) % 80)),
    })),
  ],
  [
    'letters',
    numbers(8).map((i) => ({ id: BigInt(i), subject: `Letter to the members, part ${i}`, body: letter(i, '', '') })),
  ],
];

/** A letter of several paragraphs; two of them can be told in other words. */
export const letter = (n: number, opening: string, closing: string): string =>
  [
    'Dear members,',
    opening || `the year has begun well, and this is what the office has to tell in part ${n} of its letter.`,
    'The hall has a new roof. The work took three weeks longer than planned, since the beams under the old one had to be replaced as well; the cost stayed below what was agreed on in the autumn.',
    'The library is open on two evenings a week. Whoever likes to help there is asked to come by, or to write a few lines to the office.',
    'The choir looks for voices of every kind. Nobody has to read notes, and the first evening costs nothing.',
    closing || 'The next meeting is on the first Monday of the month, as always.',
    'With kind regards, the office',
  ].join('\n\n');
