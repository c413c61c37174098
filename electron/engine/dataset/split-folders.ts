/**
 * Layouts that keep one folder of images a split: Cityscapes, BDD100k. A path above the splits offers them; a folder or
 * label file of a split opens it.
 */
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { fileSet, type FileEntry } from './file-set.ts';
import { isFile } from './idx.ts';
import { baseOf, isWithin, relativeTo, rootOf } from './layout-place.ts';
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
  /** Tags of an image by its path in the split folder. */
  tags(root: string, folder: string, signal?: AbortSignal): Promise<(at: string) => Record<string, string>>;
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
      const tagsOf = await layout.tags(root, folder, signal);
      const paths = found.paths.filter((at) => layout.accepts(at));
      const entries = paths.slice(0, limit ?? paths.length).map((at): FileEntry => {
        return { at: relativeTo(base, path.join(folder, at)), tags: { split: path.basename(folder), ...tagsOf(at) } };
      });
      const ignored = found.ignored + found.paths.length - paths.length;
      const set = { layout: id, name: name ?? `${id} ${path.basename(folder)}`, classNames: null, annotated: true, ignored };
      return fileSet({ ...set, root: base, entries });
    },
  };
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
