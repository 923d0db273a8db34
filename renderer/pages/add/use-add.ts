import { useEffect, useRef, useState } from 'react';
import type { Params, Result } from '../../../shared/contract/calls.ts';
import type { AppErrorBody } from '../../../shared/contract/errors.ts';
import type { WireAddressTest } from '../../../shared/contract/window-shapes.ts';
import { own } from '../../../shared/lib/own.ts';
import { splitPassword, suggestedName, withPassword } from '../../model/address-parts.ts';
import { useModel } from '../../store/hooks.ts';
import { topics } from '../../store/topics.ts';
import { useAsk } from '../../store/use-ask.ts';
import { chosenOf, matchesOf, namesIn, wayOf } from './collections.ts';
import { dropDraft, emptyDraft, keepDraft, readDraft, sides, type Draft, type SideName } from './draft.ts';

/** How far the test of a side is. */
export type SideTest =
  | { readonly state: 'none' | 'asking' }
  | { readonly state: 'failed'; readonly error: AppErrorBody }
  | { readonly state: 'tested'; readonly test: WireAddressTest };

export type Look =
  | { readonly state: 'none' | 'asking' }
  | { readonly state: 'failed'; readonly error: AppErrorBody }
  | { readonly state: 'looked'; readonly at: string; readonly report: Result<'pairs.add'> };

type Request = Params<'pairs.add'>;
type Fault = { readonly field: SideName | 'name'; readonly error: AppErrorBody };
const NONE = { state: 'none' } as const;

/** Everything of the four steps. Passwords are held while the page is open, for the calls that need them, and nowhere else. */
export function useAdd() {
  const ask = useAsk();
  const model = useModel();
  const [draft, setDraft] = useState(readDraft);
  const [tests, setTests] = useState<Readonly<Record<SideName, SideTest>>>({ A: NONE, B: NONE });
  const [look, setLook] = useState<Look>(NONE);
  const [fault, setFault] = useState<Fault>();
  const passwords = useRef<Record<SideName, string>>({ A: '', B: '' });
  const rounds = useRef({ A: 0, B: 0, look: 0 });

  useEffect(() => keepDraft(draft), [draft]);

  const change = (part: Partial<Draft> | ((last: Draft) => Partial<Draft>)): void => {
    setDraft((last) => ({ ...last, ...(typeof part === 'function' ? part(last) : part) }));
    rounds.current.look += 1;
    setLook(NONE);
  };

  const forget = (side: SideName): void => {
    rounds.current[side] += 1;
    setTests((last) => ({ ...last, [side]: NONE }));
    setFault((last) => (last?.field === side ? undefined : last));
  };

  const typeAddress = (side: SideName, typed: string): void => {
    forget(side);
    change((last) => ({ addresses: { ...last.addresses, [side]: typed }, make: { ...last.make, [side]: false } }));
  };

  const typePassword = (side: SideName, password: string): void => {
    passwords.current[side] = password;
    forget(side);
  };

  /** While what was found is mended, it stays in view until the next test. */
  const editAddress = (side: SideName, typed: string): void =>
    change((last) => ({ addresses: { ...last.addresses, [side]: typed }, make: { ...last.make, [side]: false } }));

  const editPassword = (side: SideName, password: string): void => {
    passwords.current[side] = password;
  };

  /** A password in an address goes where passwords stand; answers whether there was one. */
  const settleAddress = (side: SideName): boolean => {
    const { address, password } = splitPassword(draft.addresses[side].trim());
    if (password !== null) passwords.current[side] = password;
    const named = draft.name === '' && side === 'A' ? suggestedName(address) : '';
    if (address !== draft.addresses[side] || named !== '')
      change((last) => ({
        addresses: { ...last.addresses, [side]: address },
        name: last.name === '' ? named : last.name,
      }));
    return password !== null;
  };

  const fullAddress = (side: SideName): string => {
    const { address, password } = splitPassword(draft.addresses[side].trim());
    return withPassword(address, password ?? passwords.current[side]);
  };

  const testSide = async (side: SideName): Promise<void> => {
    const round = ++rounds.current[side];
    setTests((last) => ({ ...last, [side]: { state: 'asking' } }));
    const { data, error } = await ask('sides.test', { address: fullAddress(side) }).then((answer) =>
      answer.error === undefined ? { data: answer.data, error: undefined } : { data: undefined, error: answer.error },
    );
    if (round !== rounds.current[side]) return;
    const result: SideTest = data ? { state: 'tested', test: data } : { state: 'failed', error };
    setTests((last) => ({ ...last, [side]: result }));
  };

  const testMissing = (): void => {
    for (const side of sides) if (tests[side].state === 'none') void testSide(side);
  };

  const request = (more: Partial<Request>): Request => {
    const chosen = chosenOf(matchesOf(tests), draft);
    const named = (typed: Readonly<Record<string, string>>): Record<string, string[]> =>
      Object.fromEntries(
        chosen.map((name) => [name, namesIn(own(typed, name))] as const).filter(([, fields]) => fields.length > 0),
      );
    const [keys, uniqueFields] = [named(draft.keys), named(draft.unique)];
    const directions = Object.fromEntries(
      chosen.map((name) => [name, wayOf(name, draft)] as const).filter(([, way]) => way !== draft.direction),
    );
    return {
      name: draft.name,
      a: fullAddress('A'),
      b: fullAddress('B'),
      direction: draft.direction,
      create: true,
      ...(chosen.length > 0 ? { collections: chosen } : {}),
      ...(Object.keys(keys).length > 0 ? { keys } : {}),
      ...(Object.keys(uniqueFields).length > 0 ? { uniqueFields } : {}),
      ...(Object.keys(directions).length > 0 ? { directions } : {}),
      ...(draft.live ? {} : { options: { liveSync: false } }),
      ...(draft.expiry ? { expiry: true } : {}),
      ...more,
    };
  };

  const lookAtBoth = async (more: Partial<Request> = {}): Promise<void> => {
    const round = ++rounds.current.look;
    setLook({ state: 'asking' });
    const answer = await ask('pairs.add', request({ ...more, dryRun: true }));
    if (round !== rounds.current.look) return;
    if (answer.error === undefined)
      return setLook({ state: 'looked', at: new Date().toISOString(), report: answer.data });
    setLook({ state: 'failed', error: answer.error });
    setFault(faultOf(answer.error));
  };

  /** Adds the pair; what was typed is needed no longer then. Answers whether it was added. */
  const add = async (): Promise<boolean> => {
    const answer = await ask('pairs.add', request({ count: false }));
    model.touch(topics);
    if (answer.error !== undefined) {
      setLook({ state: 'failed', error: answer.error });
      setFault(faultOf(answer.error));
      return false;
    }
    passwords.current = { A: '', B: '' };
    dropDraft();
    return true;
  };

  const restart = (): void => {
    passwords.current = { A: '', B: '' };
    setDraft(emptyDraft);
    setTests({ A: NONE, B: NONE });
    setLook(NONE);
    dropDraft();
  };

  return {
    draft,
    tests,
    look,
    fault,
    passwordOf: (side: SideName): string => passwords.current[side],
    change,
    typeAddress,
    typePassword,
    editAddress,
    editPassword,
    settleAddress,
    testSide,
    testMissing,
    lookAtBoth,
    add,
    restart,
    setFault,
  };
}
export type Adding = ReturnType<typeof useAdd>;

/** The field of the first step that an error is about; `undefined`: it is of none. */
function faultOf(error: AppErrorBody): Fault | undefined {
  if (error.code === 'already-exists') return { field: 'name', error };
  if (error.code === 'same-database' || error.code === 'pair-overlap') return { field: 'B', error };
  return undefined;
}
