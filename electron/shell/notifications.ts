import { Notification } from './electron-port.ts';
import { noticesOf, type Notice, type Noticed } from './notices.ts';
import type { ShellState } from './shell-state.ts';

/** Shows what is worth an interruption; a click opens the page that it speaks of. */
export class Notifications {
  readonly #show: (route: string) => void;
  #noticed: Noticed | null = null;
  /** One that nobody refers to any more does not tell of a click. */
  readonly #open = new Set<Notification>();

  constructor(show: (route: string) => void) {
    this.#show = show;
  }

  hear({ pairs }: ShellState): void {
    if (pairs === null) return;
    const { notices, noticed } = noticesOf(this.#noticed, pairs);
    this.#noticed = noticed;
    for (const notice of notices) this.tell(notice);
  }

  tell({ title, body, route }: Notice): void {
    if (!Notification.isSupported()) return;
    const shown = new Notification({ title, body });
    this.#open.add(shown);
    shown.on('click', () => {
      this.#open.delete(shown);
      this.#show(route);
    });
    for (const end of ['close', 'failed'] as const) shown.on(end as 'close', () => void this.#open.delete(shown));
    shown.show();
  }
}
