import type { Params } from '../../../shared/contract/calls.ts';
import { keepable, type SideKind } from '../../model/address-parts.ts';

export const sides = ['A', 'B'] as const;
export type SideName = (typeof sides)[number];
export type Direction = NonNullable<Params<'pairs.add'>['direction']>;

/** What a person has typed and chosen so far; a password is no part of it. */
export interface Draft {
  readonly kinds: Readonly<Record<SideName, SideKind | null>>;
  readonly addresses: Readonly<Record<SideName, string>>;
  readonly name: string;
  /** A file that is not there yet is made. */
  readonly make: Readonly<Record<SideName, boolean>>;
  readonly direction: Direction;
  /** Of single collections, where theirs is another than `direction`. */
  readonly directions: Readonly<Record<string, Direction>>;
  readonly live: boolean;
  readonly leftOut: readonly string[];
  /** Fields that identify a record, as typed, for collections that name none. */
  readonly keys: Readonly<Record<string, string>>;
  /** Fields, as typed, of which each value may stand once although no index says so. */
  readonly unique: Readonly<Record<string, string>>;
  /** What expires on one side is deleted on the other, too. */
  readonly expiry: boolean;
}

export const emptyDraft: Draft = {
  kinds: { A: null, B: null },
  addresses: { A: '', B: '' },
  name: '',
  make: { A: false, B: false },
  direction: 'both',
  directions: {},
  live: true,
  leftOut: [],
  keys: {},
  unique: {},
  expiry: false,
};

const KEY = 'tandem.add';

/** Survives leaving the page and loading it again, as long as this window is open. */
export function readDraft(): Draft {
  try {
    return { ...emptyDraft, ...(JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Partial<Draft>) };
  } catch {
    return emptyDraft;
  }
}

export function keepDraft(draft: Draft): void {
  const addresses = { A: keepable(draft.addresses.A), B: keepable(draft.addresses.B) };
  sessionStorage.setItem(KEY, JSON.stringify({ ...draft, addresses }));
}

export const dropDraft = (): void => sessionStorage.removeItem(KEY);
