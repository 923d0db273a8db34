import { allowedLink } from './links.ts';
import { ORIGIN } from './pages.ts';
import type { IpcMainInvokeEvent, Session, WebContents } from './electron-port.ts';

/** Nothing that a page can ask a browser for is granted: no place, camera, clipboard, device, notification. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

export interface LinkOpener {
  readonly openExternal: (url: string) => Promise<void>;
  readonly refused: (what: string) => void;
}

/** A window stays on our pages, and opens no other one; a link of the list goes to the person's browser. */
export function guardNavigation(contents: WebContents, { openExternal, refused }: LinkOpener): void {
  const stay = (event: { preventDefault(): void }, url: string): void => {
    if (isOurPage(url)) return;
    event.preventDefault();
    refused(`a page wanted to go to ${originOf(url)}`);
  };
  contents.on('will-navigate', (event) => stay(event, event.url));
  contents.on('will-redirect', (event) => stay(event, event.url));
  contents.on('will-frame-navigate', (event) => stay(event, event.url));
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    refused('a page wanted to embed another one');
  });
  contents.setWindowOpenHandler(({ url }) => {
    const link = allowedLink(url);
    if (link === null) refused(`a page wanted to open ${originOf(url)}`);
    else void openExternal(link);
    return { action: 'deny' };
  });
}

const isOurPage = (url: string): boolean => originOf(url) === ORIGIN;

/** `app:` has no origin in Node's own reading of addresses. */
function originOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? 'nowhere' : `${parsed.protocol}//${parsed.host}`;
}

/** Only the top frame of a window of ours, while it shows a page of ours. A frame that has gone is nobody. */
export function isOurFrame(
  { senderFrame, sender }: IpcMainInvokeEvent,
  isOurs: (contents: WebContents) => boolean,
): boolean {
  if (senderFrame === null || !isOurs(sender)) return false;
  return senderFrame === sender.mainFrame && senderFrame.origin === ORIGIN;
}
