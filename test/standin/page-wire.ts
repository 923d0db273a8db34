import type { Page } from 'playwright-core';
import type { Wire } from '../../electron/api/transport/wire.ts';

/** The wire that `wire-preload.ts` gives a page, from the test's side of that page. */
export async function pageWire(page: Page): Promise<Wire> {
  const texts: string[] = [];
  const onClose: (() => void)[] = [];
  let onText: ((text: string) => void) | undefined;
  let ended = false;
  await page.exposeFunction('heard', (text: string) => {
    if (onText) onText(text);
    else texts.push(text);
  });
  await page.exposeFunction('ended', () => {
    ended = true;
    for (const listener of onClose) listener();
  });
  await page.evaluate('globalThis.wire = wires.open(); wire.onText(heard); wire.onClose(ended);');
  const run = (expression: string): void => void page.evaluate(expression).catch(() => undefined);
  return {
    send: (text) => run(`wire.send(${JSON.stringify(text)})`),
    onText(listener) {
      onText = listener;
      for (const text of texts.splice(0)) listener(text);
    },
    onClose(listener) {
      if (ended) setImmediate(listener);
      else onClose.push(listener);
    },
    close: () => run('wire.close()'),
  };
}
