import type { Handlers } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import { makeSample } from '../sample/make-sample.ts';

export const sampleHandlers = (host: Host): Pick<Handlers, 'sample.make'> => ({
  'sample.make': (_, context) => makeSample(host, context),
});
