/**
 * Reader of COCO (cocodataset.org/#format-data): SPLIT/*.jpg, or images/SPLIT, with annotations/instances_SPLIT.json or
 * image_info_SPLIT.json. Ids have gaps and say nothing of the order; some images are gray. The classes of the objects come
 * as the tag "objects", joined by "+".
 */
import path from 'node:path';
import type { RejectedImage } from '../../shared/domain.ts';
import { isFile } from './idx.ts';
import { streamJsonMembers } from './json-array.ts';
import { isFolder, joinNames, namesIn, someOf } from './layout-place.ts';
import { splitReader } from './split-folders.ts';

const LABELS = /^(?:instances|image_info)_(\w+)\.json$/;

export const cocoReader = splitReader({
  id: 'coco',
  looksFor: 'COCO images (SPLIT and annotations/instances_SPLIT.json)',
  splitFolders(root) {
    const splits = namesIn(path.join(root, 'annotations')).map((name) => LABELS.exec(name)?.[1]);
    const known = [...new Set(splits.filter((split) => split !== undefined))].sort();
    return known.flatMap((split) => ['', 'images'].map((up) => path.join(root, up, split)).find(isFolder) ?? []);
  },
  splitOfFile(file, folders) {
    const split = LABELS.exec(path.basename(file))?.[1];
    return folders.find((folder) => path.basename(folder) === split);
  },
  accepts: (at) => /\.(?:jpe?g|png)$/i.test(at),
  async tags({ root, folder, paths, signal }) {
    const split = path.basename(folder);
    const files = [`instances_${split}.json`, `image_info_${split}.json`].map((name) => path.join(root, 'annotations', name));
    const labels = await readLabels(files.find(isFile)!, signal);
    return {
      of(at): Record<string, string> {
        const objects = joinNames(labels.objects.get(path.posix.basename(at)) ?? []);
        return objects === '' ? {} : { objects };
      },
      missing: missingIn(labels, paths),
    };
  },
});

interface Labels {
  file: string;
  /** Names of the classes, by the name of an image. */
  objects: Map<string, string[]>;
}

interface Values {
  id?: unknown;
  file_name?: unknown;
  name?: unknown;
  image_id?: unknown;
  category_id?: unknown;
}

/** Categories stand behind the annotations: names are looked up at the end. */
async function readLabels(file: string, signal: AbortSignal | undefined): Promise<Labels> {
  const images = new Map<unknown, string>();
  const categories = new Map<unknown, string>();
  const found = new Map<unknown, Set<unknown>>();
  for await (const { member, value } of streamJsonMembers(file, ['images', 'annotations', 'categories'], signal)) {
    const { id, file_name: fileName, name, image_id: image, category_id: category } = value as Values;
    if (member === 'images' && typeof fileName === 'string') images.set(id, path.posix.basename(fileName));
    else if (member === 'categories' && typeof name === 'string') categories.set(id, name);
    else if (member === 'annotations') found.set(image, (found.get(image) ?? new Set()).add(category));
  }
  const namesOf = (id: unknown): string[] =>
    [...(found.get(id) ?? [])].map((category) => categories.get(category) ?? String(category));
  return { file: path.basename(file), objects: new Map([...images].map(([id, name]) => [name, namesOf(id)])) };
}

function missingIn({ file, objects }: Labels, paths: readonly string[]): RejectedImage[] {
  const there = new Set(paths.map((at) => path.posix.basename(at)));
  const missing = [...objects.keys()].filter((name) => !there.has(name));
  return missing.length === 0
    ? []
    : [{ at: file, reason: `names ${missing.length} images that are not there: ${someOf(missing)}` }];
}
