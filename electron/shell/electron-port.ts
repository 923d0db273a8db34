/* The one place that knows Electron: everything else of the main process takes it from here. */
export {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  session,
  shell,
  Tray,
  utilityProcess,
} from 'electron';
export type {
  BrowserWindow as Window,
  IpcMain,
  IpcMainInvokeEvent,
  MenuItemConstructorOptions,
  NativeImage,
  SafeStorage,
  Session,
  UtilityProcess,
  WebContents,
} from 'electron';
