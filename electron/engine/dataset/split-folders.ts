/**
 * Layouts that keep one folder of images a split: Cityscapes, BDD100k, COCO, Open Images, WoodScape. A path above the
 * splits offers them; a folder or label file of a split opens it, and a list those images of it that the list names.
 */
import path from 'node:path';
import type { RejectedImage } from '../../shared/domain.ts';
import { AppError } from '../../shared/errors.ts';
import { fileSet, type FileEntry } from './file-set.ts';
import { isFile } from './idx.ts';
import { baseOf, isWithin, relativeTo, rootOf, someOf } from './layout-place.ts';
import type { Reader } from './types.ts';
import { walkImages } from './walk-images.ts';

export interface SplitLayout {
  id: string;
  looksFor: string;
  /** Folders of the splits under a root, none when it is no root. */
  splitFolders(root: string): string[];
  /** The split folder that a label file belongs to. */
  splitOfFile(file: string, folders: readonly string[]): string | undefined;
  /** True for an image of the set, by its path in the split folder. */
  accepts(at: string): boolean;
  /** Its name; the folder's when left out. */
  splitName?(folder: string): string;
  /** Names of the images that a list names, in its order; null: the file is no list. */
  listedIn?(file: string): string[] | null;
  tags(place: SplitPlace): Promise<SplitTags>;
}

export interface SplitPlace {
  root: string;
  /** Of the split. */
  folder: string;
  /** Images in it, by their path in the folder. */
  paths: readonly string[];
  signal: AbortSignal | undefined;
}

export interface SplitTags {
  /** Tags of an image by its path in the split folder. */
  of(at: string): Record<string, string>;
  /** What the labels name and the folder lacks. */
  missing?: readonly RejectedImage[];
}

export function splitReader(layout: SplitLayout): Reader {
  const { id, looksFor } = layout;
  return {
    id,
    looksFor,
    async recognise(given) {
      return splitsAt(layout, given).folders.length > 0;
    },
    async choices(given) {
      const { folders } = splitsAt(layout, given);
      return folders.length > 1 ? folders : [];
    },
    async open(given, { limit, name, signal }) {
      const { root, folders } = splitsAt(layout, given);
      const [folder] = folders;
      if (folder === undefined) {
        throw new AppError('E_DATASET', `${path.basename(given)} holds no ${looksFor}.`, {
          next: 'Point at the folder of one split.',
        });
      }
      const base = baseOf(given, folder);
      const found = await walkImages(folder, signal && { signal });
      const accepted = found.paths.filter((at) => layout.accepts(at));
      const list = isFile(given) ? (layout.listedIn?.(given) ?? null) : null;
      const paths = list === null ? accepted : pick(accepted, list, given);
      const tags = await layout.tags({ root, folder, paths, signal });
      const split = list === null ? (layout.splitName?.(folder) ?? path.basename(folder)) : path.parse(given).name;
      const entries = paths.slice(0, limit ?? paths.length).map((at): FileEntry => {
        return { at: relativeTo(base, path.join(folder, at)), tags: { split, ...tags.of(at) } };
      });
      const ignored = found.ignored + found.paths.length - accepted.length;
      const set = { layout: id, name: name ?? `${id} ${split}`, classNames: null, annotated: true, ignored };
      return fileSet({ ...set, root: base, entries, ...(tags.missing && { missing: tags.missing }) });
    },
  };
}

/** The images that a list names. A list leads to images of its split only. */
function pick(paths: readonly string[], list: readonly string[], file: string): string[] {
  const byName = new Map(paths.map((at) => [path.posix.basename(at), at]));
  const names = [...new Set(list)];
  const missing = names.filter((name) => !byName.has(name));
  if (missing.length === 0) return names.map((name) => byName.get(name)!);
  throw new AppError(
    'E_DATASET',
    `${path.basename(file)} names ${missing.length} images that are not there: ${someOf(missing)}.`,
    {
      next: 'Unpack the whole set, or use another list.',
    },
  );
}

/** The root, and of its splits those that the path holds or belongs to. */
function splitsAt(layout: SplitLayout, given: string): { root: string; folders: string[] } {
  const absolute = path.resolve(given);
  const root = rootOf(absolute, (folder) => layout.splitFolders(folder).length > 0);
  if (root === null) return { root: absolute, folders: [] };
  const all = layout.splitFolders(root);
  if (isFile(absolute)) {
    const own = layout.splitOfFile(absolute, all);
    return { root, folders: own === undefined ? [] : [own] };
  }
  return { root, folders: all.filter((folder) => isWithin(absolute, folder)) };
}
