/** Paths that lead into an archive or an .npz: FILE!/INNER, as they are offered where one file holds several sets. */
import { isFile } from './idx.ts';

const MARK = '!/';

export interface InnerPath {
  /** The file on the disk, or the path itself. */
  file: string;
  /** Inside the file; '' is all of it. */
  inner: string;
}

export function innerPath(given: string): InnerPath {
  const at = given.indexOf(MARK);
  if (at < 0 || !isFile(given.slice(0, at))) return { file: given, inner: '' };
  return { file: given.slice(0, at), inner: given.slice(at + MARK.length).replace(/\/+$/, '') };
}

export const joinInner = (file: string, inner: string): string => `${file}${MARK}${inner}`;
