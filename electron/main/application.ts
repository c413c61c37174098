/** The running application: makes the parts of main and connects them. Every rule lies in a part, none here. */
import { withGrant } from './answer-grants.ts';
import os from 'node:os';
import { app, Menu, Notification, powerSaveBlocker, session } from 'electron';
import type { EventName, Events } from '../shared/app/contract.ts';
import type { JobView, ProjectView } from '../shared/app/views.ts';
import { nativeTexts, type NativeText } from '../shared/messages/app-native.ts';
import { say } from '../shared/messages/catalogue.ts';
import { VERSION } from '../shared/version.ts';
import { appRequests } from './app-requests.ts';
import { CoreService } from './core-service.ts';
import { writeDiagnostics } from './diagnostics.ts';
import { foldersSchema, type Dialogs } from './dialogs.ts';
import { askWhereToSave } from './downloads.ts';
import { Grants } from './grants.ts';
import { JobSignals } from './job-signals.ts';
import { JsonFile } from './json-file.ts';
import { launchCore } from './launch-core.ts';
import { Logs } from './log.ts';
import { menuTemplate } from './menu.ts';
import { isOwnPage } from './navigation.ts';
import type { OpenQueue } from './open-queue.ts';
import { paths, type Paths } from './paths.ts';
import { refusePermissions } from './permissions.ts';
import { Quit } from './quit.ts';
import { Recents, recentsSchema } from './recents.ts';
import { serveContent, serveRequests } from './serve-window.ts';
import { SettingsStore } from './settings.ts';
import { MainWindow } from './window.ts';
import { windowStateSchema } from './window-state.ts';

export class Application {
  private readonly paths: Paths = paths();
  private readonly logs = new Logs(this.paths.logs);
  private readonly grants = new Grants((grant) => void this.core.allow(grant).catch(this.failed));
  private readonly settings: SettingsStore;
  private readonly recents: Recents;
  private readonly core: CoreService;
  private readonly window: MainWindow;
  private readonly quitting: Quit;
  private readonly signals: JobSignals;
  private readonly queue: OpenQueue;
  private context = { project: false, running: false, title: '' };

  constructor(queue: OpenQueue) {
    this.queue = queue;
    this.log('info', `Oodlab ${VERSION}, Electron ${process.versions.electron}, ${process.platform} ${process.arch}`);
    process.on('uncaughtException', (error) => this.log('error', error.stack ?? error.message));
    process.on('unhandledRejection', (error) => this.failed(error));
    this.settings = new SettingsStore(this.paths.user('settings.json'), app.getLocale(), (settings) => {
      this.send('settings', settings);
      this.drawMenu();
    });
    this.recents = new Recents(new JsonFile(this.paths.user('recents.json'), recentsSchema, []), () => this.drawMenu());
    this.core = this.makeCore();
    this.quitting = new Quit({
      isBusy: () => this.core.holdsWork,
      ask: () => this.askToQuit(),
      shutDown: () => this.core.stop(),
      exit: () => {
        this.window.rememberPlace();
        app.exit(0);
      },
    });
    refusePermissions(session.defaultSession);
    serveContent({ root: this.paths.renderer, media: (id) => this.core.media(id) });
    this.window = this.makeWindow();
    this.signals = this.makeSignals();
    this.serve();
    this.drawMenu();
    void this.core.start().catch(this.failed);
    void this.window.load().catch(this.failed);
  }

  focus(): void {
    this.window.focus();
  }

  quit(): void {
    this.quitting.request();
  }

  private readonly failed = (error: unknown): void => {
    this.log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
  };

  private log(level: 'info' | 'warn' | 'error', text: string): void {
    this.logs.write('main', level, text);
  }

  private text(key: NativeText): string {
    return say(nativeTexts, this.settings.value.locale, key);
  }

  private send<Name extends EventName>(name: Name, value: Events[Name]): void {
    this.window.send(name, value);
  }

  private makeCore(): CoreService {
    return new CoreService({
      launch: () => launchCore({ ...this.paths, onOutput: (name, text) => this.logs.write(name, 'warn', text) }),
      setup: () => ({ resources: this.paths.resources, userData: app.getPath('userData'), locale: this.settings.value.locale }),
      grants: () => this.grants.all(),
      grant: (file) => this.grants.give(file),
      log: (text) => this.log('info', text),
      emit: (name, value) => {
        if (name === 'project') this.onProject(value as ProjectView | null);
        this.send(name, value);
        if (name === 'job') this.onJob(value as JobView);
      },
    });
  }

  private makeWindow(): MainWindow {
    const window = new MainWindow({
      preload: this.paths.preload,
      state: new JsonFile(this.paths.user('window.json'), windowStateSchema.nullable(), null),
      onClose: () => this.quit(),
      onLost: (reason) => this.log('error', `the window's page was lost: ${reason}`),
    });
    // Not did-start-loading: that comes for every change of the page's route, too.
    window.window.webContents.on('did-start-navigation', (_event, _url, isSameDocument, isMainFrame) => {
      if (isMainFrame && !isSameDocument) this.queue.pause();
    });
    window.window.webContents.on('console-message', (_event, level, message) => {
      if (level >= 2) this.logs.write('window', level === 2 ? 'warn' : 'error', message);
    });
    return window;
  }

  private makeSignals(): JobSignals {
    let blocker: number | null = null;
    return new JobSignals({
      setProgress: (value) => this.window.window.setProgressBar(value),
      isFocused: () => this.window.window.isFocused(),
      keepAwake: (on) => {
        if (blocker !== null) powerSaveBlocker.stop(blocker);
        blocker = on ? powerSaveBlocker.start('prevent-app-suspension') : null;
      },
      notify: (text, detail) => {
        const notice = new Notification({ title: this.text(text), body: detail });
        notice.on('click', () => this.focus());
        notice.show();
        this.window.window.flashFrame(true);
      },
    });
  }

  private serve(): void {
    const dialogs: Dialogs = {
      window: () => this.window.window,
      text: (key) => this.text(key),
      folders: new JsonFile(this.paths.user('folders.json'), foldersSchema, {}),
      documents: app.getPath('documents'),
    };
    askWhereToSave(session.defaultSession, dialogs);
    const main = appRequests({
      dialogs,
      grants: this.grants,
      recents: this.recents,
      settings: this.settings,
      quit: this.quitting,
      logs: this.paths.logs,
      saveDiagnostics: (file) => this.saveDiagnostics(file),
      setContext: (context) => this.setContext(context),
    });
    serveRequests(
      {
        windowId: () => (this.window.window.isDestroyed() ? null : this.window.window.webContents.id),
        isOwnPage,
        main,
        core: async (name, input) => withGrant(name, await this.core.request(name, input), this.grants),
        log: (name, error) => this.log('error', `${name}: ${error.message}\n${error.detail ?? ''}`),
      },
      this.grants,
    );
  }

  /** The page listens now: what the system asked to open can be told. */
  private setContext(context: { project: boolean; running: boolean; title: string }): void {
    this.context = context;
    this.window.window.setTitle(context.title === '' ? 'Oodlab' : context.title);
    this.drawMenu();
    this.queue.ready((file) => this.send('openFile', this.grants.give(file)));
  }

  private onProject(view: ProjectView | null): void {
    if (this.recents.follow(view) && view !== null) app.addRecentDocument(view.file);
  }

  private onJob(job: JobView): void {
    this.signals.show(job);
    this.quitting.jobEnded();
  }

  private askToQuit(): boolean {
    if (this.window.window.isDestroyed() || this.window.window.webContents.isCrashed()) return false;
    this.focus();
    this.send('quitRequested', {});
    return true;
  }

  private drawMenu(): void {
    const template = menuTemplate({
      ...this.context,
      locale: this.settings.value.locale,
      platform: process.platform,
      recents: this.recents.list(),
      run: (command) => this.send('command', command),
      openRecent: (file) => this.queue.push(file),
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  }

  private async saveDiagnostics(file: string): Promise<void> {
    const about = {
      version: VERSION,
      at: new Date().toISOString(),
      platform: `${process.platform} ${process.arch} ${os.release()}`,
      versions: process.versions,
      cpus: os.cpus().length,
      memoryBytes: os.totalmem(),
      settings: this.settings.value,
    };
    const known = [...this.grants.all().map((grant) => grant.path), ...this.recents.list().map((recent) => recent.file)];
    await writeDiagnostics(file, {
      about,
      logs: this.paths.logs,
      redaction: { app: app.getAppPath(), known: [...known, app.getPath('home')], user: os.userInfo().username },
    });
  }
}
