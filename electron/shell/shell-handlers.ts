import { app, dialog, nativeTheme, shell } from './electron-port.ts';
import { allowedLink } from './links.ts';
import type { LoginItem } from './login-item.ts';
import { readPreferences, writePreferences } from './preferences.ts';
import type { ShellHandlers } from './shell-calls.ts';

export interface ShellHandlerParts {
  readonly login: LoginItem;
  /** The file of preferences. */
  readonly preferences: string;
  readonly retryEngine: () => void;
}

const SQLITE = [{ name: 'SQLite database', extensions: ['db', 'sqlite', 'sqlite3'] }];

/** What windows may have the shell do, done. */
export function shellHandlers({ login, preferences, retryEngine }: ShellHandlerParts): ShellHandlers {
  nativeTheme.themeSource = readPreferences(preferences).theme;
  const themeNow = () => ({ theme: readPreferences(preferences).theme, dark: nativeTheme.shouldUseDarkColors });
  return {
    async 'file.pick'({ kind, title = 'Choose a database' }) {
      const filters = kind === 'sqlite' ? SQLITE : [];
      const all = { name: 'All files', extensions: ['*'] };
      const chosen = await dialog.showOpenDialog({ title, properties: ['openFile'], filters: [...filters, all] });
      return { path: chosen.canceled ? null : (chosen.filePaths[0] ?? null) };
    },
    async 'link.open'({ url }) {
      const link = allowedLink(url);
      if (link !== null) await shell.openExternal(link);
      return { opened: link !== null };
    },
    'theme.get': themeNow,
    'theme.set'({ theme }) {
      writePreferences(preferences, { ...readPreferences(preferences), theme });
      nativeTheme.themeSource = theme;
      return themeNow();
    },
    'login.get': () => login.get(),
    'login.set': ({ on }) => login.set(on),
    'engine.retry'() {
      retryEngine();
      return {};
    },
    quit() {
      app.quit();
      return {};
    },
  };
}
