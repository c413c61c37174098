/** The one window: made, placed where it was, shown when it is drawn, and told of events. */
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { EVENT_CHANNEL } from '../shared/app/channels.ts';
import type { EventName, Events } from '../shared/app/contract.ts';
import { ORIGIN } from './app-protocol.ts';
import type { JsonFile } from './json-file.ts';
import { windowOptions } from './window-options.ts';
import { clampToDisplays, type WindowState } from './window-state.ts';

export interface MainWindowOptions {
  preload: string;
  state: JsonFile<WindowState | null>;
  /** The cross was pressed: whoever is asked decides whether the application ends. */
  onClose(): void;
  onLost(reason: string): void;
}

export class MainWindow {
  readonly window: BrowserWindow;
  private readonly state: JsonFile<WindowState | null>;

  constructor({ preload, state, onClose, onLost }: MainWindowOptions) {
    const bounds = clampToDisplays(
      state.value,
      [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map((display) => display.workArea),
    );
    this.window = new BrowserWindow(windowOptions({ preload, bounds, dark: nativeTheme.shouldUseDarkColors }));
    if (state.value?.maximized === true) this.window.maximize();
    this.window.once('ready-to-show', () => this.window.show());
    this.state = state;
    this.window.on('close', (event) => {
      event.preventDefault();
      onClose();
    });
    // The title names the project; the page's own names the step, for screen readers.
    this.window.on('page-title-updated', (event) => event.preventDefault());
    this.window.webContents.on('render-process-gone', (_event, { reason }) => {
      onLost(reason);
      this.window.webContents.reload();
    });
  }

  /** For the next start. */
  rememberPlace(): void {
    this.state.set({ ...this.window.getNormalBounds(), maximized: this.window.isMaximized() });
  }

  load(): Promise<void> {
    return this.window.loadURL(`${ORIGIN}/index.html`);
  }

  send<Name extends EventName>(name: Name, value: Events[Name]): void {
    if (!this.window.isDestroyed()) this.window.webContents.send(EVENT_CHANNEL, { name, value });
  }

  focus(): void {
    if (this.window.isMinimized()) this.window.restore();
    this.window.show();
    this.window.focus();
  }
}
