import type { WireCaptures } from '../../../shared/contract/capture-shapes.ts';
import type { AppError } from '../../../shared/contract/errors.ts';
import type { WirePaused } from '../../../shared/contract/live-shapes.ts';
import type { WirePair } from '../../../shared/contract/pair-shapes.ts';
import type { WireRun } from '../../../shared/contract/run-shapes.ts';
import type { Trigger } from '../../../shared/model/words.ts';

/** What a pair may do by itself, as it stands now. */
export interface LiveSettings {
  readonly pair: WirePair;
  readonly paused: WirePaused | null;
  /** False: only its times count; nobody looks for changes. */
  readonly looks: boolean;
  /** Somebody else keeps the pair in step. */
  readonly isCarried: boolean;
  /** Something else changed that may cure a trouble. */
  readonly hasNews: boolean;
}

/** What watching a pair needs of the engine, whoever watches: the engine's own host, or a command through calls. */
export interface LivePort {
  readonly now: () => number;
  readonly random: () => number;
  /** How long a trouble that does not end rests from try to try. */
  readonly seldomMs: number;
  sync(pair: string, trigger: Trigger, isTroubled: boolean): Promise<WireRun>;
  /** Has the sides tell of changes; they do so for two minutes. */
  listen(pair: string): Promise<WireCaptures>;
  /** Rejects with `not-found` of `pairs` once the pair is gone. */
  settings(pair: string): Promise<LiveSettings>;
  /** True: no try will ever go better. */
  isHopeless(error: AppError): boolean;
}

export interface LiveEvents {
  /** Once, before the first sync: how the sides notice changes. */
  readonly onListening: (pair: WirePair, captures: WireCaptures) => void;
  /** True ends the watching of this pair. */
  readonly onRun: (pair: WirePair, run: WireRun) => Promise<boolean>;
  /** Told once, however often it happens in a row. */
  readonly onTrouble: (pair: WirePair, error: AppError) => void;
  readonly onRecovered: (pair: WirePair) => void;
  /** What `PairWatch.view` answers may be another than before. */
  readonly onChange: () => void;
}
