/**
 * Which paths the window may name. A grant is made for what the user chose in a native dialog, dropped on the window or
 * opened from the system; the page holds its id, never decides about a path. Grants live as long as the application.
 */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Grant } from '../shared/app/contract.ts';
import { AppError } from '../shared/errors.ts';

export class Grants {
  private readonly byPath = new Map<string, Grant>();
  private readonly byId = new Map<string, Grant>();
  private readonly onNew: (grant: Grant) => void;

  constructor(onNew: (grant: Grant) => void) {
    this.onNew = onNew;
  }

  /** The same path gets the same grant. */
  give(file: string): Grant {
    if (!path.isAbsolute(file) || file.includes('\0'))
      throw new AppError('E_INPUT', 'That is not the path of a file on this computer.');
    const absolute = path.normalize(file);
    const known = this.byPath.get(absolute);
    if (known !== undefined) return known;
    const grant: Grant = { id: randomUUID(), name: path.basename(absolute) || absolute, path: absolute };
    this.byPath.set(absolute, grant);
    this.byId.set(grant.id, grant);
    this.onNew(grant);
    return grant;
  }

  pathOf(id: string): string {
    const grant = this.byId.get(id);
    if (grant === undefined) {
      throw new AppError('E_NOT_GRANTED', 'This file was not chosen in a dialog, dropped or opened.', {
        next: 'Choose it again.',
      });
    }
    return grant.path;
  }

  all(): Grant[] {
    return [...this.byId.values()];
  }
}
