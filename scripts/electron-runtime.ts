/**
 * Which Electron runs the application (README, architecture): the `electron` package's own, the one that
 * ELECTRON_OVERRIDE_DIST_PATH names, a download by the package, and last, with a notice, the trial runtime.
 * The package itself is never imported: in plain Node that starts a download.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TRIAL_VERSION, trialRuntime } from './trial-runtime.ts';

export interface Runtime {
  /** Holds the executable, its libraries and resources/. */
  folder: string;
  executable: string;
  version: string;
  /** True for the old Electron that tests and trials may use, and users never get. */
  trial: boolean;
}

const PACKAGE = path.resolve(import.meta.dirname, '../node_modules/electron');
const EXECUTABLES: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

export async function resolveRuntime(): Promise<Runtime> {
  const wanted = (JSON.parse(readFileSync(path.join(PACKAGE, 'package.json'), 'utf8')) as { version: string }).version;
  const own = path.join(PACKAGE, 'dist');
  if (versionOf(own) === wanted) return runtimeIn(own);
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override !== undefined && override !== '') return runtimeIn(path.resolve(override));
  if ((await reachable()) && download() && versionOf(own) === wanted) return runtimeIn(own);
  const runtime = runtimeIn(trialRuntime());
  console.log(
    `NOTICE: Electron ${wanted} could not be downloaded. Running on Electron ${TRIAL_VERSION}, for trials and tests only.`,
  );
  return runtime;
}

function runtimeIn(folder: string): Runtime {
  const executable = path.join(folder, EXECUTABLES[process.platform] ?? 'electron');
  if (!existsSync(executable)) throw new Error(`There is no Electron in ${folder}: ${executable} is missing.`);
  const version = versionOf(folder) ?? 'unknown';
  return { folder, executable, version, trial: version === TRIAL_VERSION };
}

/** A download that was broken off has no version file. */
function versionOf(folder: string): string | null {
  const file = path.join(folder, 'version');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().replace(/^v/, '') : null;
}

/** A short look first, so that a computer without internet does not wait for a download to time out. */
async function reachable(): Promise<boolean> {
  const mirror = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'https://github.com/';
  try {
    await fetch(mirror, { method: 'HEAD', signal: AbortSignal.timeout(5000) });
    return true;
  } catch {
    return false;
  }
}

function download(): boolean {
  const { status } = spawnSync(process.execPath, [path.join(PACKAGE, 'install.js')], { stdio: 'inherit', timeout: 600_000 });
  return status === 0;
}
