/** Where a layout lies: the user may point at its folder, at a folder around it or at something inside it. */
import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { unreadable } from './byte-source.ts';

/** A list or an annotation of one image that is read whole is never larger. */
const MAX_TEXT_BYTES = 64 << 20;

/** Listings of folders while a layout is looked for: every reader asks for the same ones. */
let listings: Map<string, Dirent[]> | undefined;
let lookers = 0;

/** Until the end of `look`, a folder is listed once. */
export async function withListings<T>(look: () => Promise<T>): Promise<T> {
  listings ??= new Map();
  lookers++;
  try {
    return await look();
  } finally {
    if (--lookers === 0) listings = undefined;
  }
}

/** By code units; none when the folder cannot be read. */
function entriesIn(folder: string): Dirent[] {
  const known = listings?.get(folder);
  if (known !== undefined) return known;
  let entries: Dirent[] = [];
  try {
    entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    // Whoever reads it says what is wrong with it.
  }
  listings?.set(folder, entries);
  return entries;
}

/** Sorted by code units; none when the folder cannot be read. */
export function namesIn(folder: string): string[] {
  return entriesIn(folder).map(({ name }) => name);
}

/** False also where it cannot be told: behind a loop of links, in a folder that may not be entered. */
export function isFolder(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}

/** Names of the folders in a folder, hidden ones left out. */
export function foldersIn(folder: string): string[] {
  const folders = entriesIn(folder).filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
  const seen = folders.map(({ name }) => name).filter((name) => !name.startsWith('.') && name !== '__MACOSX');
  return seen.filter((name) => isFolder(path.join(folder, name)));
}

/** The nearest folder that is the layout's root: the place itself, up to three above it, or the only folders inside it. */
export function rootOf(given: string, isRoot: (folder: string) => boolean): string | null {
  const absolute = path.resolve(given);
  const above = ['..', '../..', '../../..'].map((up) => path.join(absolute, up));
  const inside = isFolder(absolute) ? onlyFoldersOf(absolute) : [];
  return [...inside, ...above].find(isRoot) ?? null;
}

/** A folder, the only folder in it, and so on twice more: among several data sets the user chooses. */
export function onlyFoldersOf(folder: string): string[] {
  const chain = [folder];
  while (chain.length < 4) {
    const inner = foldersIn(chain.at(-1)!);
    if (inner.length !== 1) break;
    chain.push(path.join(chain.at(-1)!, inner[0]));
  }
  return chain;
}

/** The base of `at`: the path the user gave, or the root when that lies above it. */
export function baseOf(given: string, root: string): string {
  const absolute = path.resolve(given);
  return isFolder(absolute) && isWithin(absolute, root) ? absolute : root;
}

export function isWithin(outer: string, inner: string): boolean {
  const relative = path.relative(outer, inner);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

export function relativeTo(base: string, file: string): string {
  return path.relative(base, file).split(path.sep).join('/');
}

/** Lines of a text file, blank ones left out. */
export function linesOf(file: string): string[] {
  return readText(file)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

export function readText(file: string): string {
  try {
    const { size } = statSync(file);
    if (size <= MAX_TEXT_BYTES) return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw unreadable(file, error);
  }
  throw new AppError('E_DATASET', `${path.basename(file)} is larger than any list that is read (${MAX_TEXT_BYTES >> 20} MiB).`, {
    next: 'Split the list.',
  });
}

/** A file that a list names, in a folder; null when it would lie outside of it. */
export function fileWithin(folder: string, named: string): string | null {
  const parts = named.split('/');
  const leaves = named === '' || path.isAbsolute(named) || parts.includes('..') || /[\\\0]|^[A-Za-z]:/.test(named);
  return leaves ? null : path.join(folder, ...parts);
}

/** Some of many names, for a sentence. */
export function someOf(names: readonly string[]): string {
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? ' ...' : ''}`;
}

/** Different names in their order, as one tag. */
export function joinNames(names: Iterable<string>): string {
  return [...new Set(names)].sort().join('+');
}
