/**
 * Debian packages that a bare machine lacks for Electron and its tests. Root gets them installed, anybody else is told
 * their names; on other systems nothing is done.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** What is looked for, and the package that brings it. */
export type SystemPackage = readonly [name: string, path: string];

const NEEDED: readonly SystemPackage[] = [
  ['xvfb', '/usr/bin/Xvfb'],
  ['libgtk-3-0', '/usr/lib/x86_64-linux-gnu/libgtk-3.so.0'],
  ['libnss3', '/usr/lib/x86_64-linux-gnu/libnss3.so'],
  ['libasound2', '/usr/lib/x86_64-linux-gnu/libasound.so.2'],
  ['libgbm1', '/usr/lib/x86_64-linux-gnu/libgbm.so.1'],
  ['libatk-bridge2.0-0', '/usr/lib/x86_64-linux-gnu/libatk-bridge-2.0.so.0'],
  ['libxkbcommon0', '/usr/lib/x86_64-linux-gnu/libxkbcommon.so.0'],
  ['libdrm2', '/usr/lib/x86_64-linux-gnu/libdrm.so.2'],
];

export async function needSystemPackages(needed = NEEDED): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  const missing = needed.filter(([, file]) => !existsSync(file)).map(([name]) => name);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(
      `These packages are missing: ${missing.join(' ')}. Install them, for instance with: sudo apt-get install ${missing.join(' ')}`,
    );
  }
  console.log(`Installing ${missing.join(' ')}`);
  if (apt(['update', '-qq']) && apt(['install', '-y', '-qq', '--no-install-recommends', ...missing])) return;
  await setTimeout(2000); // A mirror that was being updated, or another apt-get that has just ended.
  if (apt(['update', '-qq']) && apt(['install', '-y', '-qq', '--no-install-recommends', ...missing])) return;
  throw new Error(`apt-get could not install ${missing.join(' ')}.`);
}

function apt(args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], { env, stdio: 'inherit' }).status === 0;
}
