import type { Connector, Side } from '../../electron/engine/port/connector.ts';
import type { SideName } from '../../electron/engine/settings.ts';
import type { StateStore } from '../../electron/engine/state/store.ts';

/** One call that crosses the border of the engine, just before it is made or just after it was carried out. */
export interface Call {
  readonly on: SideName | 'state';
  readonly name: string;
  readonly args: readonly unknown[];
  readonly when: 'before' | 'after';
}
/** Runs in place of the moment; what it awaits, the engine awaits. */
export type Tap = (call: Call) => Promise<void> | void;

type Method = (...args: unknown[]) => unknown;

/** `target` with `tap` told of each call, also of those on the facets it carries. */
export function tapped<T extends object>(target: T, on: Call['on'], tap: Tap): T {
  return new Proxy(target, {
    get(_, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value === 'function') return tappedCall(target, value as Method, { on, name: String(property) }, tap);
      return typeof value === 'object' && value !== null && facets.has(String(property))
        ? tapped(value, on, tap)
        : value;
    },
  });
}

const facets = new Set(['capture', 'gate', 'digest', 'lookup', 'marker', 'setup', 'stamps']);

function tappedCall(target: object, method: Method, about: Pick<Call, 'on' | 'name'>, tap: Tap): Method {
  if (about.name === 'serialize' || about.name === 'watch') return method.bind(target);
  return async (...args) => {
    await tap({ ...about, args, when: 'before' });
    const result: unknown = await method.apply(target, args);
    await tap({ ...about, args, when: 'after' });
    return result;
  };
}

/** A connector whose bound sides are tapped, too. */
export function tappedConnector(connector: Connector, on: SideName, tap: Tap): Connector {
  const outer = tapped(connector, on, tap);
  return new Proxy(outer, {
    get(_, property) {
      if (property !== 'bind') return Reflect.get(outer, property, outer) as unknown;
      return async (...args: Parameters<Connector['bind']>): Promise<Side> =>
        tapped(await connector.bind(...args), on, tap);
    },
  });
}

export const tappedStore = (store: StateStore, tap: Tap): StateStore => tapped(store, 'state', tap);
