/** Where things lie: in a checkout and in a package, and in the user's own folder. */
import path from 'node:path';
import { app } from 'electron';

export interface Paths {
  renderer: string;
  preload: string;
  workers: string;
  /** demo/, golden/ and licences. */
  resources: string;
  node: string;
  logs: string;
  user(file: string): string;
}

export function paths(): Paths {
  const dist = path.join(__dirname, '..');
  const root = app.getAppPath();
  return {
    renderer: path.join(dist, 'renderer'),
    preload: path.join(dist, 'preload', 'index.cjs'),
    // A child process cannot be started from inside an archive.
    workers: path.join(dist, 'workers').replace('app.asar', 'app.asar.unpacked'),
    resources: app.isPackaged ? process.resourcesPath : path.join(root, 'resources'),
    node: app.isPackaged ? path.join(process.resourcesPath, 'node') : path.join(root, 'node_modules', 'node', 'bin', 'node'),
    logs: app.getPath('logs'),
    user: (file) => path.join(app.getPath('userData'), file),
  };
}
