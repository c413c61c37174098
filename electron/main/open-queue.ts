/**
 * Files that the system asks to open: from the command line, a second start, macOS's open-file, or Open Recent. They wait in
 * one queue until the window listens; the last one asked for wins, since one project is open at a time.
 */
import path from 'node:path';

export class OpenQueue {
  private waiting: string | null = null;
  private open: ((file: string) => void) | null = null;

  push(file: string): void {
    if (this.open === null) this.waiting = file;
    else this.open(file);
  }

  /** The window listens: what waited is opened now, later ones at once. */
  ready(open: (file: string) => void): void {
    this.open = open;
    if (this.waiting !== null) open(this.waiting);
    this.waiting = null;
  }

  /** The window is gone or reloads: files wait again. */
  pause(): void {
    this.open = null;
  }
}

/** The project or plan named on a command line, made absolute against the folder it was started in. */
export function fileFromArgv(argv: readonly string[], cwd: string): string | null {
  const named = argv.slice(1).find((arg) => !arg.startsWith('-') && /\.(oodlab|json)$/i.test(arg));
  return named === undefined ? null : path.resolve(cwd, named);
}
