import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

/** What `app` of Electron knows of it, on macOS and Windows. */
export interface SystemLoginItem {
  getLoginItemSettings(options?: { args?: string[] }): { openAtLogin: boolean; status?: string };
  setLoginItemSettings(settings: { openAtLogin: boolean; args?: string[] }): void;
}

export interface LoginItemParts {
  readonly app: SystemLoginItem;
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** The program as it was installed; `null`: it runs from its sources. */
  readonly program: string | null;
}

/** Says to a program started at login to stay in the tray. */
export const HIDDEN = '--hidden';

/** Starting with the computer: a setting of the system, on Linux a file of ours. */
export class LoginItem {
  readonly #parts: LoginItemParts;

  constructor(parts: LoginItemParts) {
    this.#parts = parts;
  }

  get(): { on: boolean; why: string } {
    const { app, platform } = this.#parts;
    if (platform === 'linux')
      return { on: existsSync(this.#file()), why: this.#program() === null ? NOT_INSTALLED : '' };
    const { openAtLogin, status } = app.getLoginItemSettings({ args: [HIDDEN] });
    return {
      on: openAtLogin,
      why: status === 'requires-approval' ? 'The system asks you to allow it in its settings.' : '',
    };
  }

  set(on: boolean): { on: boolean; why: string } {
    const { app, platform } = this.#parts;
    if (platform === 'linux') this.#write(on);
    else app.setLoginItemSettings({ openAtLogin: on, args: [HIDDEN] });
    return this.get();
  }

  #write(on: boolean): void {
    const program = this.#program();
    if (!on) return rmSync(this.#file(), { force: true });
    if (program === null) return;
    mkdirSync(dirname(this.#file()), { recursive: true });
    writeFileSync(this.#file(), autostartEntry(program), { mode: 0o644 });
  }

  /** An AppImage runs from a place that is another one each time. */
  #program(): string | null {
    return this.#parts.env['APPIMAGE'] ?? this.#parts.program;
  }

  #file(): string {
    const named = this.#parts.env['XDG_CONFIG_HOME'];
    const config = named !== undefined && isAbsolute(named) ? named : join(this.#parts.home, '.config');
    return join(config, 'autostart', 'app.tandem.Tandem.desktop');
  }
}

const NOT_INSTALLED = 'Tandem runs from its sources here; an installed one can start with the computer.';

/** The entry of the desktop for starting it at login. */
export const autostartEntry = (program: string): string => `[Desktop Entry]
Type=Application
Name=Tandem
Comment=Keeps databases in step
Exec=${quoted(program)} ${HIDDEN}
Icon=app.tandem.Tandem
X-GNOME-Autostart-enabled=true
`;

/** As the rules for such entries have it: in quotation marks, with four characters escaped, and `%` doubled. */
const quoted = (path: string): string => `"${path.replaceAll(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`;
