import type { WireProgress } from '../../../shared/contract/run-shapes.ts';
import { numberText } from '../../../shared/lib/count-text.ts';
import { safeText } from './safe-text.ts';
import { durationText } from './times.ts';

const doing: Readonly<Record<WireProgress['phase'], string>> = {
  identity: 'Looking whether both sides are the same as last time',
  recover: 'Finishing what was interrupted',
  scan: 'Reading',
  compare: 'Comparing',
  judge: 'Checking the plan',
  write: 'Writing',
  verify: 'Looking again at',
};

/** Turns progress events into one line: what, how far, how fast, how long still. */
export class ProgressText {
  #stage = '';
  #began = 0;
  #from = 0;

  line({ pair, phase, collection, done, all }: WireProgress, now: number): string {
    const stage = `${pair}/${phase}/${collection}`;
    if (stage !== this.#stage || done < this.#from) {
      this.#stage = stage;
      this.#began = now;
      this.#from = done;
    }
    const seconds = (now - this.#began) / 1000;
    const rate = seconds >= 0.5 ? (done - this.#from) / seconds : 0;
    const what = `${safeText(pair, 40)}: ${doing[phase]}${collection === '' ? '' : ` ${safeText(collection, 40)}`}`;
    const far = done === 0 && all === 0 ? '' : `, ${numberText(done)}${all > 0 ? ` of ${numberText(all)}` : ''}`;
    const fast = rate >= 1 ? ` · ${numberText(Math.round(rate))}/s` : '';
    const left = rate >= 1 && all > done ? ` · about ${durationText((all - done) / rate)} left` : '';
    return `${what}${far}${fast}${left}`;
  }
}
