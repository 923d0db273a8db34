import { createStore } from 'zustand/vanilla';
import { AppError, type AppErrorBody } from '../../shared/contract/errors.ts';
import type { AnyEvent } from '../../shared/contract/events.ts';
import type { WirePairStatus } from '../../shared/contract/pair-shapes.ts';
import type { WireProgress } from '../../shared/contract/run-shapes.ts';
import type { LinkState, Transport } from '../transport/transport.ts';
import { topics, topicsOf, type Topic } from './topics.ts';

/** Events come in swarms; what they changed is read again once per swarm. */
const SETTLE_MS = 120;

export interface WindowState {
  readonly link: LinkState;
  /** `null` until the first answer. */
  readonly pairs: readonly WirePairStatus[] | null;
  readonly pairsError: AppErrorBody | null;
  /** How far the runs are, by pair; only of pairs that are at work. */
  readonly progress: Readonly<Record<string, WireProgress>>;
  /** Rises when something of the topic may have changed. */
  readonly revisions: Readonly<Record<Topic, number>>;
}

export type WindowStore = ReturnType<typeof newStore>;

const newStore = () =>
  createStore<WindowState>(() => ({
    link: { kind: 'connecting' },
    pairs: null,
    pairsError: null,
    progress: {},
    revisions: Object.fromEntries(topics.map((topic) => [topic, 0])) as Record<Topic, number>,
  }));

/** What everything in the window looks at: the link, the pairs, and what has changed. Fed by a snapshot and by events. */
export class WindowModel {
  readonly store = newStore();
  readonly transport: Transport;
  readonly #changed = new Set<Topic>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  start(): void {
    this.transport.subscribe({
      onEvent: (event) => this.#take(event),
      onLink: (link) => {
        const wasAway = this.store.getState().link.kind !== 'ready';
        this.store.setState({ link });
        if (link.kind === 'ready' && wasAway) this.touch(['pairs']);
      },
      onMissed: () => this.touch(topics),
    });
  }

  /** Something of these topics may be another: whoever shows it reads it again soon. */
  touch(changed: readonly Topic[]): void {
    for (const topic of changed) this.#changed.add(topic);
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#settle(), SETTLE_MS);
  }

  #take(event: AnyEvent): void {
    if (event.name === 'run.progress') {
      const { progress } = this.store.getState();
      this.store.setState({ progress: { ...progress, [event.data.pair]: event.data } });
    }
    if (event.name === 'run.finished') {
      const { [event.data.pair]: _, ...progress } = this.store.getState().progress;
      this.store.setState({ progress });
    }
    const changed = topicsOf(event);
    if (changed.length > 0) this.touch(changed);
  }

  #settle(): void {
    this.#timer = undefined;
    const { revisions } = this.store.getState();
    const risen = [...this.#changed].map((topic) => [topic, revisions[topic] + 1] as const);
    const readPairs = this.#changed.has('pairs');
    this.#changed.clear();
    this.store.setState({ revisions: { ...revisions, ...Object.fromEntries(risen) } });
    if (readPairs) void this.#readPairs();
  }

  async #readPairs(): Promise<void> {
    try {
      this.store.setState({ pairs: await this.transport.call('status.show', {}), pairsError: null });
    } catch (cause) {
      this.store.setState({ pairsError: this.unsaid(cause) ?? null });
    }
  }

  /** What a page has to say about a failed reading; `undefined`: the notice of the frame says it already. */
  unsaid(cause: unknown): AppErrorBody | undefined {
    const { kind } = this.store.getState().link;
    return kind === 'logged-out' || kind === 'mismatch' ? undefined : errorBodyOf(cause);
  }
}

/** Whatever was thrown, as the three parts that people are shown. */
export function errorBodyOf(cause: unknown): AppErrorBody {
  if (cause instanceof AppError) return cause.toBody();
  return new AppError({
    code: 'internal',
    operation: 'window',
    message: 'Showing this failed because of a mistake in Tandem.',
    next: 'Nothing was written.',
    hint: 'Load the page again.',
    cause: cause instanceof Error ? cause.message : String(cause),
  }).toBody();
}
