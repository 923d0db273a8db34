import type { Connector, Side } from '../electron/engine/port/connector.ts';
import type { StateStore } from '../electron/engine/state/store.ts';
import { BsonValue } from '../electron/engine/port/value.ts';
import { ms } from './figures.ts';
import { cellBytes } from './tables.ts';

/** What went over the border between the engine and one side. */
export class PortCount {
  readonly calls = new Map<string, number>();
  readonly spentMs = new Map<string, number>();
  /** Weighing takes time of its own, so it is off while something is timed. */
  weighing = false;
  recordsRead = 0;
  bytesRead = 0;
  intents = 0;
  bytesWritten = 0;

  add(name: string, spentMs: number): void {
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    this.spentMs.set(name, (this.spentMs.get(name) ?? 0) + spentMs);
  }

  reset(weighing: boolean): void {
    this.weighing = weighing;
    this.calls.clear();
    this.spentMs.clear();
    this.recordsRead = this.bytesRead = this.intents = this.bytesWritten = 0;
  }

  /** Milliseconds in all calls. */
  get spentInAll(): number {
    return [...this.spentMs.values()].reduce((sum, ms) => sum + ms, 0);
  }

  /** Calls whose name `matches`; without it all. */
  callsOf(matches: (name: string) => boolean = () => true): number {
    return [...this.calls].filter(([name]) => matches(name)).reduce((sum, [, count]) => sum + count, 0);
  }

  show(): string {
    return [...this.calls].map(([name, count]) => `${name} ${count}`).join(', ') || 'nothing';
  }
}

/** Where the time of the last run went, as the engine waited for it. */
export function sharesText({ A, B, state }: Readonly<Record<'A' | 'B' | 'state', PortCount>>): string {
  const spent = (name: string): string => ms((A.spentMs.get(name) ?? 0) + (B.spentMs.get(name) ?? 0));
  return `of the last round ${spent('scan')} scans, ${spent('read')} reads and ${spent('write')} writes at the sides, ${ms(state.spentInAll)} the state on disk`;
}

type Method = (...args: unknown[]) => unknown;
const facets: ReadonlySet<string> = new Set(['capture', 'gate', 'digest', 'lookup', 'marker', 'setup']);

/** The same connector; every call that reaches it, its sides or their facets is counted under its name. */
export function counted(connector: Connector, count: PortCount): Connector {
  return countedPart(connector, count, '', (name, method) =>
    name === 'bind'
      ? async (...args: unknown[]) => countedPart((await method(...args)) as Side, count, '', (_, plain) => plain)
      : method,
  );
}

/** The same state; what each call of it takes is kept. A piece of work that is serialized is the engine's own. */
export const countedState = (store: StateStore, count: PortCount): StateStore =>
  new Proxy(store, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      const method = (value as Method).bind(target) as Method;
      return property === 'serialize' ? method : countedCall(method, count, String(property));
    },
  });

function countedPart<T extends object>(
  real: T,
  count: PortCount,
  prefix: string,
  change: (name: string, method: Method) => Method,
): T {
  return new Proxy(real, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      const name = String(property);
      if (facets.has(name) && typeof value === 'object' && value !== null)
        return countedPart(value, count, `${name}.`, (_, plain) => plain);
      if (typeof value !== 'function') return value;
      return countedCall(change(name, (value as Method).bind(target) as Method), count, prefix + name);
    },
  });
}

function countedCall(method: Method, count: PortCount, name: string): Method {
  return async (...args) => {
    const start = performance.now();
    const result: unknown = await method(...args);
    count.add(name, performance.now() - start);
    if (count.weighing && name !== 'bind') weigh(count, args, result);
    return result;
  };
}

/** Records and bytes of a page, of a map of records, and of a batch. */
function weigh(count: PortCount, args: readonly unknown[], result: unknown): void {
  const records = result instanceof Map ? [...result.values()] : listIn(result, 'records');
  count.recordsRead += records.length;
  for (const record of records) count.bytesRead += weightOf(record);
  const intents = listIn(args[0], 'intents');
  count.intents += intents.length;
  for (const intent of intents) count.bytesWritten += weightOf(intent);
}

function listIn(holder: unknown, name: string): readonly unknown[] {
  if (typeof holder !== 'object' || holder === null) return [];
  const list: unknown = Reflect.get(holder, name);
  return Array.isArray(list) ? list : [];
}

/** Values only: the names of fields and collections are shared between records. */
function weightOf(thing: unknown): number {
  if (thing instanceof BsonValue) return thing.bytes.length;
  if (Array.isArray(thing)) return thing.reduce<number>((sum, one) => sum + weightOf(one), 0);
  if (typeof thing !== 'object' || thing === null || thing instanceof Uint8Array) return cellBytes(thing);
  let bytes = 0;
  for (const [name, value] of Object.entries(thing))
    if (name !== 'names' && name !== 'name' && name !== 'collection' && name !== 'op') bytes += weightOf(value);
  return bytes;
}
