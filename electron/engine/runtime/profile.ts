/** A place for the profile of a session, which ONNX Runtime writes into a file when profiling ends. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Placement, placementOf } from './placement.ts';

export class Profile {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'oodlab-profile-'));
  /** How the file's name begins; ONNX Runtime adds the time. */
  readonly prefix = path.join(this.folder, 'run');

  /** What the finished profile says. Throws when the session has not written one. */
  placement(): Placement {
    return placementOf(readFileSync(path.join(this.folder, readdirSync(this.folder)[0]), 'utf8'));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
