/**
 * Makes a folder and those above it. Node's own recursive mkdir never ends where a folder exists that can hold none (below
 * /proc, or behind a link to nowhere): it takes "not found" for a missing parent, finds the parent, and tries again.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { isSystemError } from '../../shared/errors.ts';

/** Throws the system's error when it cannot be made. */
export function makeFolder(folder: string): void {
  const parent = path.dirname(folder);
  if (parent !== folder && !existsSync(parent)) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    const isThere = isSystemError(error, 'EEXIST') && statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
    if (!isThere) throw error;
  }
}
