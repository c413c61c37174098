/** The processes behind the window, by the system's own list: Linux, where these tests run. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { Application } from './launch.ts';

/** The core process that runs now, as main wrote it down. */
export function corePid(app: Application): number {
  const found = [...app.mainLog().matchAll(/core is ready: process (\d+)/g)].at(-1);
  if (found === undefined) throw new Error('Main has not started core yet.');
  return Number(found[1]);
}

/** Processes of Oodlab's inference below a process. */
export function inferencePids(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent && commandOf(pid).includes('inference'));
}

/** Natives of ONNX Runtime and SQLite that a process, or any below it, has loaded: the system's own list of mapped files. */
export function mappedBelow(root: number): string[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const family = new Set([root]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const pid of all) if (family.has(parentOf(pid) ?? -1)) family.add(pid);
  }
  const mapped = [...family].flatMap(
    (pid) => (read(pid, 'maps') ?? '').match(/\/\S+(onnxruntime|better-sqlite3)\S*\.(node|so)\b[.\d]*/g) ?? [],
  );
  return [...new Set(mapped)];
}

export function isAlive(pid: number): boolean {
  const state = statOf(pid)?.[0];
  return state !== undefined && state !== 'Z';
}

export async function gone(pids: readonly number[]): Promise<void> {
  await expect.poll(() => pids.filter(isAlive), { timeout: 60_000, interval: 200 }).toEqual([]);
}

function parentOf(pid: number): number | null {
  const parent = statOf(pid)?.[1];
  return parent === undefined ? null : Number(parent);
}

/** State, parent and so on: what follows the name, which may hold anything. */
function statOf(pid: number): string[] | null {
  const text = read(pid, 'stat');
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function commandOf(pid: number): string {
  return (read(pid, 'cmdline') ?? '').replaceAll('\0', ' ');
}

function read(pid: number, name: string): string | null {
  try {
    return readFileSync(path.join('/proc', String(pid), name), 'utf8');
  } catch {
    return null; // It ended meanwhile.
  }
}
