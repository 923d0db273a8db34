import type { Connector, Side } from '../../engine/port/connector.ts';
import type { StateStore } from '../../engine/state/store.ts';

const EVERY_MS = 10;

/**
 * Lets the process breathe: SQLite works without ever giving the event loop a turn, so a long run would keep other
 * callers, their cancels and the socket waiting until its end. Before the calls that carry a page or a batch the loop
 * gets a turn, at most every ten milliseconds.
 */
export class Breath {
  #last = performance.now();

  async take(): Promise<void> {
    if (performance.now() - this.#last < EVERY_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#last = performance.now();
  }

  store(store: StateStore): StateStore {
    return this.#before(store, ['commit', 'facts', 'dirty', 'expected']);
  }

  connector(connector: Connector): Connector {
    return this.#before(connector, ['bind'], {
      bind: async (specs: Parameters<Connector['bind']>[0]) => this.#side(await connector.bind(specs)),
    });
  }

  #side(side: Side): Side {
    return this.#before(side, ['scan', 'read', 'write']);
  }

  /** The same object, with a turn before each of the named methods. */
  #before<T extends object>(target: T, names: readonly (keyof T)[], replaced: Partial<T> = {}): T {
    const breathing = new Set<PropertyKey>(names);
    const called = new Map<PropertyKey, unknown>();
    const wrap = (name: PropertyKey, method: (...given: unknown[]) => unknown): unknown => {
      if (!breathing.has(name)) return method.bind(target);
      return async (...given: unknown[]): Promise<unknown> => {
        await this.take();
        return method.apply(target, given);
      };
    };
    return new Proxy(target, {
      get(object, name) {
        const value: unknown = Object.hasOwn(replaced, name)
          ? Reflect.get(replaced, name)
          : Reflect.get(object, name, object);
        if (typeof value !== 'function') return value;
        if (!called.has(name)) called.set(name, wrap(name, value as (...given: unknown[]) => unknown));
        return called.get(name);
      },
    });
  }
}
