import type { Host } from './host.ts';
import type { MenuItem } from './small-parts.ts';

/* The end of the test's driver inside of the program's process: a request, an answer. */

export interface DriverRequest {
  readonly id: number;
  readonly do: string;
  readonly args: readonly unknown[];
}

/** A menu as a test sees it. */
export type SeenItem = Omit<MenuItem, 'click' | 'items'> & { readonly items: readonly SeenItem[] };

const seen = ({ id, label, type, enabled, items }: MenuItem): SeenItem => ({
  id,
  label,
  type,
  enabled,
  items: items.map(seen),
});

const findItem = (items: readonly MenuItem[], id: string): MenuItem | undefined =>
  items.find((each) => each.id === id) ??
  items.map((each) => findItem(each.items, id)).find((each) => each !== undefined);

/** Everything that a test can do from outside, as a person or the system would. */
function actions(host: Host): Readonly<Record<string, (...args: never[]) => unknown>> {
  const tray = () => {
    const [first] = host.trays;
    if (!first) throw new Error('There is no tray.');
    return first;
  };
  const window = (index = 0) => {
    const found = host.windows[index];
    if (!found) throw new Error(`There is no window ${index}.`);
    return found;
  };
  return {
    tray: () => ({
      icon: tray().image.path,
      tooltip: tray().tooltip,
      items: (tray().menu?.items ?? []).map(seen),
      menus: tray().menus,
    }),
    clickTray: () => void tray().emit('click'),
    clickItem(id: string) {
      const item = findItem(tray().menu?.items ?? [], id);
      if (!item?.enabled || !item.click) throw new Error(`There is no item “${id}” to click.`);
      item.click();
    },
    windows: () =>
      host.windows.map((each) => ({ visible: each.isVisible(), destroyed: each.isDestroyed(), focused: each.focused })),
    evaluate: async (expression: string) => (await window().webContents.page()).evaluate(expression),
    click: async (selector: string) => (await window().webContents.page()).click(selector),
    url: async () => (await window().webContents.page()).url(),
    screenshot: async (path: string) => void (await (await window().webContents.page()).screenshot({ path })),
    reload: async () => void (await (await window().webContents.page()).reload()),
    closeWindow: () => window().closes(),
    record: () => host.record,
    answer(value: unknown) {
      const next = host.asked.shift();
      if (!next) throw new Error('Nobody asks anything.');
      next(value);
    },
    clickNotification: (index: number) => void host.shown[index]?.emit('click'),
    power: (name: string) => void host.power.emit(name),
    killEngine() {
      for (const child of host.utilities) child.kill('SIGKILL');
    },
    engines: () => [...host.utilities].map(({ pid }) => pid),
    emitOnContents(name: string, url: string) {
      const event = { url, defaultPrevented: false, preventDefault: () => void (event.defaultPrevented = true) };
      window().webContents.emit(name, event);
      return event.defaultPrevented;
    },
    windowGone: () => void window().webContents.emit('render-process-gone', {}, { reason: 'crashed' }),
    invokeAs: (origin: string | null, message: unknown) =>
      host.ipc.invoked(
        'rpc',
        { sender: window().webContents, senderFrame: origin === null ? null : { origin, url: `${origin}/` } },
        [message],
      ),
    async permissions() {
      const { request, check, device } = host.session.handlers as Record<string, (...args: unknown[]) => unknown>;
      const asked = await new Promise((resolve) => void request?.({}, 'media', resolve));
      return [asked, check?.({}, 'media', '', {}), device?.({})];
    },
    options: () => window().options.webPreferences,
    sandboxed: () => host.app.sandboxed,
    quit: () => host.app.quit(),
    keyring: (keyring: Host['keyring']) => void (host.keyring = keyring),
  };
}

/** Answers whoever forked this process, and ends with it. */
export function answerDriver(host: Host): void {
  if (process.send === undefined) return;
  const known = actions(host);
  process.on('message', (raw) => {
    const { id, do: name, args } = raw as DriverRequest;
    Promise.resolve()
      .then(() => known[name]?.(...(args as never[])))
      .then(
        (value) => process.send?.({ id, value }),
        (cause: unknown) => process.send?.({ id, error: String(cause) }),
      );
  });
  process.on('disconnect', () => void host.end(1));
}
