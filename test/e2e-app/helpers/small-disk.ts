/** A disk of a few megabytes that can be filled and emptied. Needs root; `canMount` says whether there is one to be had. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const MOUNT = ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs'];
const BLOCK = 64 << 10;

export class SmallDisk {
  readonly folder: string;
  private readonly ballast: string;

  constructor(folder: string) {
    this.folder = folder;
    this.ballast = path.join(folder, 'ballast');
    mkdirSync(folder, { recursive: true });
    const { status, stderr } = spawnSync('mount', [...MOUNT, folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`No disk could be mounted: ${stderr}`);
  }

  /** To the last byte. */
  fill(): void {
    for (const size of [BLOCK, 1]) {
      try {
        for (;;) writeFileSync(this.ballast, Buffer.alloc(size), { flag: 'a' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  }

  free(): void {
    rmSync(this.ballast);
  }

  remove(): void {
    spawnSync('umount', ['-l', this.folder]);
    rmdirSync(this.folder);
  }
}

export function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(path.join(tmpdir(), 'oodlab-mount-'));
  try {
    new SmallDisk(folder).remove();
    return true;
  } catch {
    rmdirSync(folder);
    return false;
  }
}
