import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EngineSupervisor, type EngineState } from '../../electron/api/engine-process/supervisor.ts';
import type { HandedSecrets } from '../../electron/api/engine-process/messages.ts';
import { systemPorts } from '../../electron/api/host/system-ports.ts';
import { WireClient } from '../../electron/api/transport/wire-client.ts';
import { silentLog } from '../../electron/engine/ports.ts';
import { CONTRACT_VERSION, contractSchemaHash } from '../../shared/contract/schema-hash.ts';
import { forkEngine } from '../standin/fork-engine.ts';
import { filesBelow, Office } from '../contract/home-support.ts';

const greeting = { contract: CONTRACT_VERSION, schema: contractSchemaHash(), client: 'desk' };

/** A supervisor over real processes on a home of its own. */
class Desk {
  readonly dir = mkdtempSync(join(tmpdir(), 'tandem-desk-'));
  readonly states: EngineState[] = [];
  readonly secrets: [string, string | null][] = [];
  readonly children: ReturnType<typeof forkEngine>[] = [];
  readonly supervisor: EngineSupervisor;

  constructor(home = join(this.dir, 'home'), secrets: HandedSecrets = { keeping: 'file', kept: {} }) {
    this.supervisor = new EngineSupervisor({
      fork: () => {
        const child = forkEngine();
        this.children.push(child);
        return child;
      },
      order: async () => ({ t: 'start', home, client: 'tandem desktop', logLevel: 'info', secrets }),
      clock: systemPorts(silentLog).clock,
      onState: (state) => void this.states.push(state),
      onSecret: (key, password) => void this.secrets.push([key, password]),
    });
    onTestFinished(async () => {
      await this.supervisor.stop();
      rmSync(this.dir, { recursive: true, force: true });
    });
  }

  async client(): Promise<WireClient> {
    const client = new WireClient(await this.supervisor.wire());
    await client.call('engine.hello', greeting);
    return client;
  }

  async until(state: EngineState['state'], after = 0): Promise<EngineState> {
    for (;;) {
      const found = this.states.slice(after).find((each) => each.state === state);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

describe('the engine as a process of its own', () => {
  it('[DT1] answers calls and tells events over the channel of its process', async () => {
    const desk = new Desk();
    desk.supervisor.start();
    const client = await desk.client();
    await expect(client.call('pairs.list', {})).resolves.toEqual([]);
    expect(desk.states.map(({ state }) => state)).toEqual(['starting', 'running']);
    expect(desk.supervisor.state).toMatchObject({ state: 'running', attached: false });
    await desk.supervisor.stop();
    await client.closed;
  });

  it('[DT2] one that dies is started again, and what ran says that the engine is gone', async () => {
    const desk = new Desk();
    desk.supervisor.start();
    const client = await desk.client();
    desk.children[0]?.process.kill('SIGKILL');
    await client.closed;
    await expect(client.call('pairs.list', {})).rejects.toMatchObject({ code: 'engine-gone', retry: 'backoff' });
    const stopped = await desk.until('stopped');
    expect(stopped).toMatchObject({ reason: "Tandem's engine stopped.", nextTry: expect.any(Number) });
    await desk.until('running', desk.states.indexOf(stopped));
    await expect((await desk.client()).call('pairs.list', {})).resolves.toEqual([]);
    expect(desk.children).toHaveLength(2);
  });

  it('[DT2] one that cannot start says why, is tried again, later each time, and at once when asked', async () => {
    const desk = new Desk();
    const home = join(desk.dir, 'home');
    writeFileSync(home, 'in the way');
    desk.supervisor.start();
    const stopped = await desk.until('stopped');
    expect(stopped).toMatchObject({ reason: expect.stringContaining(home) });
    await expect(desk.supervisor.wire()).rejects.toMatchObject({
      code: 'engine-gone',
      cause: expect.stringContaining(home),
    });
    rmSync(home);
    mkdirSync(home);
    desk.supervisor.tryNow();
    await desk.until('running');
    const waits = desk.states.filter((each) => each.state === 'stopped').length;
    expect(waits).toBe(1);
  });

  it('[DT3] where an engine runs on the home already it goes through that one and says so, and takes over after it', async () => {
    const office = new Office();
    const other = await office.connect();
    const desk = new Desk(office.home.given);
    desk.supervisor.start();
    const client = await desk.client();
    expect(desk.supervisor.state).toMatchObject({ attached: true, hello: { engine: other.hello.engine } });
    await office.close();
    await client.closed;
    const next = await desk.client();
    await expect(next.call('pairs.list', {})).resolves.toEqual([]);
    expect(desk.supervisor.state).toMatchObject({ attached: false });
  });

  it('[DT4] passwords are handed to it and come back to be kept or forgotten, and stand in no file', async () => {
    const desk = new Desk(undefined, { keeping: 'keychain', kept: { 'old/A': 'first secret' } });
    desk.supervisor.start();
    const client = await desk.client();
    const { pair, notes } = await client.call('pairs.fromEnv', {
      from: 'environment',
      local: 'mongodb://ann:word-one@127.0.0.1:9',
      cloud: 'mongodb://bob:word-two@127.0.0.1:8',
      database: 'shop',
    });
    expect(notes.join(' ')).toContain('kept in the keychain of this computer');
    expect(desk.secrets).toEqual([
      [`${pair.name}/A`, 'word-one'],
      [`${pair.name}/B`, 'word-two'],
    ]);
    const files = filesBelow(desk.dir).map((file) => readFileSync(file, 'latin1'));
    expect(files.filter((text) => /word-one|word-two|first secret/.test(text))).toEqual([]);
    await client.call('pairs.remove', { pair: pair.name });
    expect(desk.secrets.slice(2)).toEqual([
      [`${pair.name}/A`, null],
      [`${pair.name}/B`, null],
    ]);
  });
});
