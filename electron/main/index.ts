/** Entry of the desktop application: one instance, then the window once Electron is ready; or a command without a window. */
import { app, crashReporter, dialog } from 'electron';
import { nativeTexts } from '../shared/messages/app-native.ts';
import { say } from '../shared/messages/catalogue.ts';
import { Application } from './application.ts';
import { guardContents } from './navigation.ts';
import { fileFromArgv, OpenQueue } from './open-queue.ts';
import { paths } from './paths.ts';
import { declareScheme } from './serve-window.ts';
import { runWindowless, windowlessArguments } from './windowless.ts';

const command = windowlessArguments(process.argv);
if (command !== null) runWindowless(command, paths());
else if (app.requestSingleInstanceLock()) start();
else app.exit(0);

function start(): void {
  const queue = new OpenQueue();
  let application: Application | undefined;
  const openFrom = (argv: readonly string[], cwd: string): void => {
    const file = fileFromArgv(argv, cwd);
    if (file !== null) queue.push(file);
  };
  crashReporter.start({ uploadToServer: false });
  // Root (containers, tests) has to switch Chromium's sandbox off; asking for it all the same ends every process at once.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  declareScheme();
  guardContents(app);
  openFrom(process.argv, process.cwd());
  app.on('open-file', (event, file) => {
    event.preventDefault();
    queue.push(file);
  });
  app.on('second-instance', (_event, argv, cwd) => {
    openFrom(argv, cwd);
    application?.focus();
  });
  app.on('before-quit', (event) => {
    if (application === undefined) return;
    event.preventDefault();
    application.quit();
  });
  app.whenReady().then(
    () => (application = new Application(queue)),
    (error: unknown) => fail(error),
  );
}

function fail(error: unknown): void {
  const locale = app.getLocale().startsWith('fr') ? 'fr' : 'en';
  dialog.showErrorBox(say(nativeTexts, locale, 'crash.title'), error instanceof Error ? error.message : String(error));
  app.exit(1);
}
