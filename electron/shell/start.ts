import { toAppError } from '../api/dispatcher.ts';
import { app, dialog, protocol } from './electron-port.ts';
import { Desktop } from './desktop.ts';
import { orderOf, placesBeside, userDataOf } from './places.ts';
import { SCHEME } from './pages.ts';

/** Starts the desktop program, or has the one that runs on this home show its window. `folder` holds the bundles. */
export function startDesktop(folder: string): void {
  const order = orderOf(process.argv);
  app.enableSandbox();
  app.setName('Tandem');
  app.setPath('userData', userDataOf(order.home, app.getPath('appData')));
  if (process.platform === 'win32') app.setAppUserModelId('app.tandem.Tandem');
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  if (!app.requestSingleInstanceLock()) return app.exit(0);
  let desktop: Desktop;
  try {
    desktop = new Desktop(order, placesBeside(folder));
  } catch (cause) {
    const { message, next, hint } = toAppError(cause, 'desktop.start');
    dialog.showErrorBox('Tandem', `${message}\n${next}\n${hint}`);
    return app.exit(1);
  }
  app.on('second-instance', () => desktop.show());
  app.on('activate', () => desktop.show());
  void app.whenReady().then(() => desktop.start());
}
