import type { Handlers } from '../dispatcher.ts';
import type { Host } from '../host/host.ts';
import { activityHandlers } from './activity.ts';
import { configHandlers } from './config.ts';
import { conflictHandlers } from './conflicts.ts';
import { decidedHandlers } from './decided.ts';
import { decisionHandlers } from './decisions.ts';
import { holdHandlers } from './holds.ts';
import { inboxHandlers } from './inbox.ts';
import { logHandlers } from './log.ts';
import { liveHandlers } from './live.ts';
import { lookingHandlers } from './looking.ts';
import { networkHandlers } from './network.ts';
import { pairHandlers } from './pairs.ts';
import { planHandlers } from './plans.ts';
import { ruleHandlers } from './rules.ts';
import { runHandlers } from './runs.ts';
import { sampleHandlers } from './sample.ts';
import { systemHandlers } from './system.ts';

/** Every call of the contract; a call without a handler does not compile. */
export function engineHandlers(host: Host): Handlers {
  return {
    ...pairHandlers(host),
    ...planHandlers(host),
    ...runHandlers(host),
    ...conflictHandlers(host),
    ...inboxHandlers(host),
    ...activityHandlers(host),
    ...decidedHandlers(host),
    ...logHandlers(host),
    ...ruleHandlers(host),
    ...sampleHandlers(host),
    ...decisionHandlers(host),
    ...holdHandlers(host),
    ...lookingHandlers(host),
    ...liveHandlers(host),
    ...networkHandlers(host),
    ...configHandlers(host),
    ...systemHandlers(host),
  };
}
