/**
 * Reader of BDD100k (doc.bdd100k.com/format.html): images/100k/SPLIT/*.jpg with the attributes weather, scene and
 * timeofday as tags, out of labels/bdd100k_labels_images_SPLIT.json (2018) or labels/det_20/det_SPLIT.json (2020). Frames
 * without boxes have no "labels"; images that are in no json have no attributes.
 */
import path from 'node:path';
import { isFile } from './idx.ts';
import { streamJsonArray } from './json-array.ts';
import { foldersIn } from './layout-place.ts';
import { splitReader } from './split-folders.ts';

const SPLITS = ['train', 'val', 'test'];
const ATTRIBUTES = ['weather', 'scene', 'timeofday'];

export const bdd100kReader = splitReader({
  id: 'bdd100k',
  looksFor: 'BDD100k images (images/100k/SPLIT)',
  splitFolders(root) {
    const sizes = ['100k', '10k'].map((size) => path.join(root, 'images', size));
    return sizes.flatMap((images) => {
      const splits = foldersIn(images);
      return SPLITS.filter((split) => splits.includes(split)).map((split) => path.join(images, split));
    });
  },
  splitOfFile(file, folders) {
    const split = /(?:^|_)(train|val|test)\.json$/.exec(path.basename(file))?.[1];
    return folders.find((folder) => path.basename(folder) === split);
  },
  accepts: (at) => /\.jpe?g$/i.test(at),
  async tags({ root, folder, signal }) {
    const split = path.basename(folder);
    const files = [`bdd100k_labels_images_${split}.json`, `det_20/det_${split}.json`].map((file) =>
      path.join(root, 'labels', file),
    );
    const file = files.find(isFile);
    const byName = new Map<string, Record<string, string>>();
    if (file !== undefined) {
      for await (const frame of streamJsonArray(file, signal)) {
        const { name, attributes } = frame as { name?: unknown; attributes?: unknown };
        if (typeof name === 'string') byName.set(name, tagsIn(attributes));
      }
    }
    return { of: (at) => byName.get(path.posix.basename(at)) ?? {} };
  },
});

function tagsIn(attributes: unknown): Record<string, string> {
  if (typeof attributes !== 'object' || attributes === null) return {};
  const values = attributes as Record<string, unknown>;
  return Object.fromEntries(
    ATTRIBUTES.filter((key) => typeof values[key] === 'string').map((key) => [key, values[key] as string]),
  );
}
