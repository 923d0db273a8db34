import { describe, expect, it } from 'vitest';
import type { Client } from '../../shared/contract/client.ts';
import { AppError, errorCodes, type ErrorCode } from '../../shared/contract/errors.ts';
import type { AnyEvent } from '../../shared/contract/events.ts';
import { CONTRACT_VERSION, contractSchemaHash } from '../../shared/contract/schema-hash.ts';
import { Dispatcher, type Handlers } from '../../electron/api/dispatcher.ts';
import { EventLog } from '../../electron/api/event-log.ts';
import { systemHello } from '../../electron/api/handlers/hello.ts';

/** What a transport brings: an engine's end and as many clients as asked for. */
export interface TransportHarness {
  /** Serves the dispatcher; `limit` is the largest frame. */
  start(parts: {
    readonly dispatcher: Dispatcher;
    readonly events: EventLog;
    readonly limit: number;
  }): Promise<TransportServer>;
}
export interface TransportServer {
  /** A client whose own limit is `limit`, not greeted yet. */
  connect(limit?: number): Promise<Client>;
  /** The engine is gone at once. */
  kill(): Promise<void>;
}

const LIMIT = 64 * 1024;
const greeting = { contract: CONTRACT_VERSION, schema: contractSchemaHash(), client: 'suite' };

const everyError = (code: ErrorCode): AppError =>
  new AppError({
    code,
    operation: 'runs.start',
    message: `Writing 12 records stopped: ${code} “ü\u0000\n”.`,
    next: 'Nothing was lost.',
    hint: 'Wait.',
    subject: { pair: 'shop', side: 'Remote', collection: 'orders', record: '7', path: '/x/y.db' },
    retry: 'backoff',
    cause: 'ECONNRESET',
  });

/** One gate per test: a handler waits in it until it is opened or cancelled. */
class Gate {
  readonly #resolvers = Promise.withResolvers<void>();
  readonly #entered = Promise.withResolvers<void>();
  readonly entered = this.#entered.promise;
  open(): void {
    this.#resolvers.resolve();
  }
  async pass(signal: AbortSignal): Promise<'opened' | 'aborted'> {
    this.#entered.resolve();
    const aborted = new Promise<'aborted'>((resolve) =>
      signal.addEventListener('abort', () => resolve('aborted'), { once: true }),
    );
    return Promise.race([this.#resolvers.promise.then(() => 'opened' as const), aborted]);
  }
}

/** Registers the clauses of docs/spec/contract.md that every transport keeps. */
export function describeTransport(title: string, harness: TransportHarness): void {
  async function world(more: Partial<Handlers> = {}) {
    const events = new EventLog(() => 0);
    const gate = new Gate();
    const handlers: Partial<Handlers> = {
      'engine.hello': systemHello({ engine: events.engine, program: '0.1.0', startedAt: 0, home: '/home' }),
      'pairs.list': async () => [],
      'runs.cancel': async (_params, { signal }) => ({ cancelled: (await gate.pass(signal)) === 'aborted' }),
      'hint.send': async () => ({ ok: true }),
      'config.check': async () => ({ path: 'x'.repeat(LIMIT), ok: true, problems: [] }),
      'pairs.remove': async ({ pair }) => {
        throw everyError(pair as ErrorCode);
      },
      ...more,
    };
    const server = await harness.start({ dispatcher: new Dispatcher(handlers), events, limit: LIMIT });
    const client = await server.connect();
    await client.call('engine.hello', greeting);
    return { server, client, events, gate };
  }
  const log = (events: EventLog, message: string): void => events.publish('log', { level: 'info', message });
  const messages = (heard: readonly AnyEvent[]): string[] =>
    heard.map((event) => (event.name === 'log' ? event.data.message : event.name));
  const until = async (done: () => boolean): Promise<void> => {
    while (!done()) await new Promise((resolve) => setImmediate(resolve));
  };

  describe(`transport: ${title}`, () => {
    it('[T1] carries a call and its answer', async () => {
      const { client, server } = await world();
      await expect(client.call('pairs.list', {})).resolves.toEqual([]);
      await client.close();
      await server.kill();
    });

    it('[T2] carries an error of every code whole', async () => {
      const { client, server } = await world();
      for (const code of errorCodes) {
        const error = await client.call('pairs.remove', { pair: code }).catch((cause: unknown) => cause);
        expect(error).toBeInstanceOf(AppError);
        expect((error as AppError).toBody()).toEqual(everyError(code).toBody());
      }
      await client.close();
      await server.kill();
    });

    it('[T3] an unknown call fails at once and names the nearest one', async () => {
      const { client, server } = await world();
      const error = await client.call('pairs.lisst' as 'pairs.list', {}).catch((cause: unknown) => cause);
      expect(error).toMatchObject({ code: 'unsupported', hint: 'Did you mean pairs.list?' });
      await client.close();
      await server.kill();
    });

    it('[T4] parameters that the contract does not allow are refused before the handler sees them', async () => {
      let asked = 0;
      const { client, server } = await world({
        'runs.show': async () => (asked++, Promise.reject(new Error('reached'))),
      });
      await expect(client.call('runs.show', { id: -1 })).rejects.toMatchObject({ code: 'usage' });
      await expect(client.call('runs.show', { id: 1, colour: 'red' } as never)).rejects.toMatchObject({
        code: 'usage',
      });
      expect(asked).toBe(0);
      await client.close();
      await server.kill();
    });

    it('[T5] an answer that the contract does not allow does not reach the caller', async () => {
      const { client, server } = await world({ 'pairs.list': async () => [{ name: 'half' }] as never });
      await expect(client.call('pairs.list', {})).rejects.toMatchObject({ code: 'internal' });
      await client.close();
      await server.kill();
    });

    it('[T6] cancel reaches the handler, which still answers', async () => {
      const { client, server, gate } = await world();
      const controller = new AbortController();
      const answer = client.call('runs.cancel', { pair: 'shop' }, { signal: controller.signal });
      await gate.entered;
      controller.abort();
      await expect(answer).resolves.toEqual({ cancelled: true });
      await client.close();
      await server.kill();
    });

    it('[T6] a call that was cancelled before it was made is not sent', async () => {
      const { client, server } = await world();
      await expect(client.call('pairs.list', {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'cancelled',
      });
      await client.close();
      await server.kill();
    });

    it('[T7] a long call does not hold up another one', async () => {
      const { client, server, gate } = await world();
      const long = client.call('runs.cancel', { pair: 'shop' });
      await gate.entered;
      await expect(client.call('pairs.list', {})).resolves.toEqual([]);
      gate.open();
      await expect(long).resolves.toEqual({ cancelled: false });
      await client.close();
      await server.kill();
    });

    it('[T8] events arrive in the order of their numbers, before the answer of a later call', async () => {
      const { client, server, events } = await world();
      const heard: AnyEvent[] = [];
      await client.subscribe((event) => heard.push(event));
      for (let i = 0; i < 500; i++) log(events, `m${i}`);
      await until(() => heard.length >= 500);
      expect(messages(heard)).toEqual(Array.from({ length: 500 }, (_, i) => `m${i}`));
      expect(heard.map(({ seq }) => seq)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
      await client.close();
      await server.kill();
    });

    it('[T9] after unsubscribing nothing arrives any more', async () => {
      const { client, server, events } = await world();
      const heard: AnyEvent[] = [];
      const subscription = await client.subscribe((event) => heard.push(event));
      log(events, 'first');
      await until(() => heard.length === 1);
      subscription.close();
      log(events, 'second');
      await client.call('pairs.list', {});
      await new Promise((resolve) => setImmediate(resolve));
      expect(messages(heard)).toEqual(['first']);
      await client.close();
      await server.kill();
    });

    it('[T10] whoever comes back with `since` gets what was missed, once and in order', async () => {
      const { client, server, events } = await world();
      const heard: AnyEvent[] = [];
      const first = await client.subscribe((event) => heard.push(event));
      log(events, 'a');
      await until(() => heard.length === 1);
      await client.close();
      log(events, 'b');
      log(events, 'c');
      const again = await server.connect();
      await again.call('engine.hello', greeting);
      const second = await again.subscribe((event) => heard.push(event), first.mark);
      log(events, 'd');
      await until(() => heard.length === 4);
      expect(second.complete).toBe(true);
      expect(messages(heard)).toEqual(['a', 'b', 'c', 'd']);
      await again.close();
      await server.kill();
    });

    it('[T10] `since` of another engine is said to be incomplete', async () => {
      const { client, server } = await world();
      const subscription = await client.subscribe(() => undefined, { engine: 'another', seq: 3 });
      expect(subscription.complete).toBe(false);
      await client.close();
      await server.kill();
    });

    it('[T11] a request beyond the limit is refused on both ends, and the wire goes on', async () => {
      const { client, server } = await world();
      const hint = { pair: 'shop', collection: 'a', keys: [{ parts: ['x'.repeat(LIMIT)] }] };
      const unlimited = await server.connect(LIMIT * 10);
      await unlimited.call('engine.hello', greeting);
      for (const each of [client, unlimited]) {
        const error = await each.call('hint.send', hint).catch((cause: unknown) => cause);
        expect(error).toMatchObject({ code: 'oversize' });
        await expect(each.call('pairs.list', {})).resolves.toEqual([]);
        await each.close();
      }
      await server.kill();
    });

    it('[T11] an answer beyond the limit becomes an error', async () => {
      const { client, server } = await world();
      await expect(client.call('config.check', {})).rejects.toMatchObject({ code: 'oversize' });
      await expect(client.call('pairs.list', {})).resolves.toEqual([]);
      await client.close();
      await server.kill();
    });

    it('[T12] when the engine is gone, running calls, later calls and subscriptions fail with engine-gone', async () => {
      const { client, server, gate } = await world();
      const running = client.call('runs.cancel', { pair: 'shop' }).catch((cause: unknown) => cause);
      await gate.entered;
      await server.kill();
      expect(await running).toMatchObject({ code: 'engine-gone', retry: 'after-user-action' });
      await client.closed;
      await expect(client.call('pairs.list', {})).rejects.toMatchObject({ code: 'engine-gone', retry: 'backoff' });
      await expect(client.subscribe(() => undefined)).rejects.toMatchObject({ code: 'engine-gone' });
    });

    it('[T13] when a client is gone, its running calls are cancelled', async () => {
      let outcome: string | undefined;
      const gate = new Gate();
      const { client, server } = await world({
        'runs.cancel': async (_params, { signal }) => {
          outcome = await gate.pass(signal);
          return { cancelled: false };
        },
      });
      const lost = client.call('runs.cancel', { pair: 'shop' }).catch((cause: unknown) => cause);
      await gate.entered;
      await client.close();
      await until(() => outcome !== undefined);
      expect(outcome).toBe('aborted');
      expect(await lost).toMatchObject({ code: 'engine-gone' });
      await server.kill();
    });

    it('[T13] a call that stays is carried out where its client is gone, and can be cancelled until then', async () => {
      const outcomes: string[] = [];
      const gates = [new Gate(), new Gate()];
      let calls = 0;
      const { client, server } = await world({
        'runs.cancel': async (_params, { signal }) => {
          outcomes.push((await gates[calls++]?.pass(signal)) ?? 'no gate');
          return { cancelled: true };
        },
      });
      const controller = new AbortController();
      const stays = { stays: true, signal: controller.signal };
      const ended = client.call('runs.cancel', { pair: 'shop' }, stays);
      await gates[0]?.entered;
      controller.abort();
      await ended;
      const lost = client.call('runs.cancel', { pair: 'shop' }, { stays: true }).catch((cause: unknown) => cause);
      await gates[1]?.entered;
      await client.close();
      expect(await lost).toMatchObject({ code: 'engine-gone' });
      const other = await server.connect();
      await other.call('engine.hello', greeting);
      await other.call('pairs.list', {});
      expect(outcomes).toEqual(['aborted']);
      gates[1]?.open();
      await until(() => outcomes.length === 2);
      expect(outcomes).toEqual(['aborted', 'opened']);
      await other.close();
      await server.kill();
    });

    it('[T14] a greeting of another contract is refused, and nothing is answered without one', async () => {
      const { client, server } = await world();
      const other = await server.connect();
      await expect(other.call('pairs.list', {})).rejects.toMatchObject({ code: 'version-mismatch' });
      await expect(other.subscribe(() => undefined)).rejects.toMatchObject({ code: 'version-mismatch' });
      await expect(other.call('engine.hello', { ...greeting, contract: 999 })).rejects.toMatchObject({
        code: 'version-mismatch',
      });
      await expect(other.call('engine.hello', { ...greeting, schema: 'other' })).rejects.toMatchObject({
        code: 'version-mismatch',
      });
      await expect(other.call('pairs.list', {})).rejects.toMatchObject({ code: 'version-mismatch' });
      await other.close();
      await client.close();
      await server.kill();
    });
  });
}
