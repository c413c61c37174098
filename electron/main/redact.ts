/** Takes paths and the user's name out of text that leaves the computer: what the files were called is nobody's business. */
import path from 'node:path';

export interface Redaction {
  /** Folder of the application itself, whose paths say where an error came from. */
  app: string;
  /** Paths that are known to be the user's: projects, models, data sets. They may hold blanks. */
  known: readonly string[];
  user: string;
}

const POSIX_PATH = /(?<![\w<>./:])\/(?:[^\s/"'`<>|:,;()]+\/)+[^\s/"'`<>|:,;()]*/g;
const WINDOWS_PATH = /(?:\b[A-Za-z]:|\\\\[^\s\\"'`]+)\\(?:[^\s\\"'`<>|:,;()]+\\)*[^\s\\"'`<>|:,;()]*/g;

export function redact(text: string, { app, known, user }: Redaction): string {
  let clean = text.replaceAll('file://', '').replaceAll(app, '<app>');
  for (const file of [...known].sort((a, b) => b.length - a.length)) clean = clean.replaceAll(file, hidden(file));
  clean = clean.replace(WINDOWS_PATH, hidden).replace(POSIX_PATH, hidden);
  return user.length < 3 ? clean : clean.replaceAll(user, '<user>');
}

/** What kind of file it was is kept. */
function hidden(file: string): string {
  const extension = path.extname(file.replaceAll('\\', '/'));
  return `<path>${/^\.\w{1,8}$/.test(extension) ? extension : ''}`;
}
