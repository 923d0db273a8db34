import { describe, expect, it } from 'vitest';
import { diagnose, type Asked } from '../../electron/api/network/diagnosis.ts';
import { silences, type Silence } from '../../electron/engine/port/connector.ts';
import { AppError } from '../../shared/contract/errors.ts';

const silent = (why: Silence, host = 'db.example'): Asked => ({
  label: 'Remote',
  hosts: [host],
  answer: { ok: false, why, at: `${host}:27017`, words: 'as the system says' },
  login: null,
});
const good: Asked = { ...silent('refused'), answer: { ok: true, ms: 1 } };
const stateOf = (asked: Asked, all: readonly Asked[] = [asked], hasInterface = true): string =>
  diagnose(asked, { hasInterface, all }).state;

describe('what silence means', () => {
  it('[LV12] each kind has its state, with a sentence that names the place and something to do', () => {
    expect(Object.fromEntries(silences.map((why) => [why, stateOf(silent(why))]))).toEqual({
      foreign: 'captive-portal',
      'other-name': 'captive-portal',
      untrusted: 'server-down',
      refused: 'server-down',
      cut: 'server-down',
      silent: 'server-down',
      'no-route': 'no-network',
      'name-unknown': 'server-down',
      'name-unasked': 'no-network',
    });
    for (const why of silences) {
      const { sentence, hint } = diagnose(silent(why), { hasInterface: true, all: [] });
      expect(sentence).toMatch(/^Remote: .*db\.example.*\.$/);
      expect(hint).not.toBe('');
    }
  });

  it('[LV12] where no interface is up there is no network, but for a server on this computer', () => {
    for (const why of silences) expect(stateOf(silent(why), [], false)).toBe('no-network');
    for (const host of ['localhost', '127.0.0.1', '::1'])
      expect(stateOf(silent('refused', host), [], false)).toBe('server-down');
    expect(stateOf(good, [], false)).toBe('online');
  });

  it('[LV12] one name that is not found is wrong; none of several found is no network', () => {
    const [one, other] = [silent('name-unknown'), silent('name-unknown', 'other.example')];
    expect(stateOf(one, [one])).toBe('server-down');
    expect(stateOf(one, [one, good])).toBe('server-down');
    expect(stateOf(one, [one, silent('refused', '127.0.0.1')])).toBe('server-down');
    expect(stateOf(one, [one, other])).toBe('no-network');
  });

  it('[LV12] a login that was refused is said in the words of the connector', () => {
    const login = new AppError({ code: 'auth', operation: 'open', message: 'It does not let you in.', hint: 'Look.' });
    expect(diagnose({ ...good, login }, { hasInterface: true, all: [] })).toEqual({
      state: 'login-refused',
      sentence: 'It does not let you in.',
      hint: 'Look.',
    });
  });
});
