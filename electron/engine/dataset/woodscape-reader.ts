/**
 * Readers of WoodScape (github.com/valeoai/WoodScape; its loader names the folders): rgb_images/NUMBER_CAMERA.png, with the
 * camera as a tag and the classes of the objects, joined by "+", out of box_2d_annotations/*.txt or else
 * instance_annotations/*.json; lists of images are splits. And of its soiling set: SPLIT/rgbImages beside SPLIT/gtLabels.
 * The archives double their folders (rgb_images/rgb_images). An empty file of boxes says that there are no objects.
 */
import path from 'node:path';
import { isFile } from './idx.ts';
import { parsePythonJson } from './json-array.ts';
import { foldersIn, isFolder, joinNames, linesOf, namesIn, readText } from './layout-place.ts';
import { splitReader } from './split-folders.ts';

const IMAGE = /^\d+_(FV|RV|MVL|MVR)\.(?:png|jpe?g)$/i;
const FOLDERS = ['rgb_images', 'rgb_images_test'];

export const woodscapeReader = splitReader({
  id: 'woodscape',
  looksFor: 'WoodScape images (rgb_images/NUMBER_CAMERA.png)',
  splitFolders: (root) => FOLDERS.map((name) => doubled(path.join(root, name))).filter(holdsImages),
  splitOfFile(file, folders) {
    if (listOf(file) === null) return undefined;
    return folders.find((folder) => isFile(path.join(folder, listOf(file)![0])));
  },
  listedIn: listOf,
  accepts: (at) => IMAGE.test(path.posix.basename(at)),
  async tags({ root }) {
    return { of: (at) => ({ ...cameraOf(at), ...objectsOf(root, path.posix.parse(at).name) }) };
  },
});

export const soilingReader = splitReader({
  id: 'woodscape-soiling',
  looksFor: 'WoodScape soiling images (SPLIT/rgbImages and SPLIT/gtLabels)',
  splitFolders(root) {
    return ['train', 'val', 'test'].flatMap((split) => {
      const inside = foldersIn(path.join(root, split));
      const labelled = inside.some((name) => /^(?:gt|rgb|binary)_?labels$/i.test(name));
      const images = inside.find((name) => /^rgb_?images$/i.test(name));
      return labelled && images !== undefined ? [doubled(path.join(root, split, images))].filter(holdsImages) : [];
    });
  },
  splitName: (folder) => ['train', 'val', 'test'].findLast((split) => folder.split(path.sep).includes(split)) ?? 'train',
  splitOfFile: () => undefined,
  accepts: (at) => IMAGE.test(path.posix.basename(at)),
  tags: async () => ({ of: cameraOf }),
});

/** The folder of the same name inside a folder, where the archive made one. */
function doubled(folder: string): string {
  const inner = path.join(folder, path.basename(folder));
  return isFolder(inner) ? inner : folder;
}

function holdsImages(folder: string): boolean {
  return namesIn(folder).some((name) => IMAGE.test(name));
}

function cameraOf(at: string): Record<string, string> {
  return { camera: IMAGE.exec(path.posix.basename(at))![1].toUpperCase() };
}

/** The names in a list of images; null: the file is none. */
function listOf(file: string): string[] | null {
  if (path.extname(file) !== '.txt') return null;
  const names = linesOf(file).map((line) => path.posix.basename(line));
  return names.length > 0 && names.every((name) => IMAGE.test(name)) ? names : null;
}

function objectsOf(root: string, image: string): Record<string, string> {
  const boxes = path.join(doubled(path.join(root, 'box_2d_annotations')), `${image}.txt`);
  const polygons = path.join(doubled(path.join(root, 'instance_annotations')), `${image}.json`);
  const names = isFile(boxes) ? boxNames(boxes) : isFile(polygons) ? polygonNames(polygons) : [];
  const objects = joinNames(names);
  return objects === '' ? {} : { objects };
}

/** Lines of a class, its number and a box, with commas between. */
function boxNames(file: string): string[] {
  return linesOf(file).map((line) => line.split(',')[0].trim());
}

/** One member, named after the file, with annotations whose first tag is the class. */
function polygonNames(file: string): string[] {
  try {
    const [first] = Object.values(parsePythonJson(readText(file)) as Record<string, { annotation?: { tags?: unknown[] }[] }>);
    return (first?.annotation ?? []).map(({ tags }) => String(tags?.[0] ?? '')).filter((name) => name !== '');
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return [];
    throw error;
  }
}
