import type { Handlers } from '../dispatcher.ts';
import { doctor } from '../doctor.ts';
import type { Host } from '../host/host.ts';
import { systemHello } from './hello.ts';

type SystemCalls = Pick<Handlers, 'engine.hello' | 'engine.shutdown' | 'doctor.run'>;

export function systemHandlers(host: Host): SystemCalls {
  return {
    'engine.hello': systemHello({
      engine: host.events.engine,
      program: host.parts.program,
      startedAt: host.startedAt,
      home: host.paths.given === '' ? host.paths.state : host.paths.given,
    }),
    async 'engine.shutdown'() {
      // After the answer: the closing engine waits for calls that run, and this is one.
      setImmediate(() => host.shutdown());
      return { ok: true };
    },
    'doctor.run': ({ pair, env }) => doctor(host, pair, env),
  };
}
