/**
 * Reader of iSUN and LSUN crops as everybody uses them since ODIN (github.com/facebookresearch/odin, README): folders
 * iSUN/iSUN_patches, LSUN/test, LSUN_resize/LSUN_resize with images of 36 x 36 or 32 x 32 and no classes. The single inner
 * folder is no class.
 */
import path from 'node:path';
import { fileSet } from './file-set.ts';
import { isFile } from './idx.ts';
import { hasImageExtension } from './image-format.ts';
import { baseOf, foldersIn, namesIn, onlyFoldersOf, relativeTo } from './layout-place.ts';
import type { Reader } from './types.ts';
import { walkImages } from './walk-images.ts';

const FOLDERS: Readonly<Record<string, string>> = {
  iSUN_patches: 'isun',
  LSUN_resize: 'lsun-resize',
  LSUN_pil: 'lsun-crop',
  LSUN: 'lsun-crop',
  test: 'lsun-crop',
};
const NUMBERED = /^\d+\.(?:png|jpe?g)$/i;

export const sceneCropsReader: Reader = {
  id: 'isun-lsun',
  looksFor: 'iSUN or LSUN images (iSUN_patches, LSUN_resize, LSUN/test)',
  async recognise(given) {
    return placeOf(given) !== null;
  },
  async choices() {
    return [];
  },
  async open(given, { limit, name, signal }) {
    const folder = placeOf(given) ?? path.resolve(given);
    const base = baseOf(given, folder);
    const found = await walkImages(folder, signal && { signal });
    const paths = limit === null ? found.paths : found.paths.slice(0, limit);
    const layout = FOLDERS[path.basename(folder)] ?? 'lsun-crop';
    return fileSet({
      root: base,
      entries: paths.map((at) => ({ at: relativeTo(base, path.join(folder, at)) })),
      classNames: null,
      annotated: false,
      layout,
      name: name ?? layout,
      ignored: found.ignored,
    });
  },
};

/** The folder of the images: the given one or the only one inside it. */
function placeOf(given: string): string | null {
  if (isFile(given)) return null;
  const folder = onlyFoldersOf(path.resolve(given)).at(-1)!;
  const name = path.basename(folder);
  if (!Object.hasOwn(FOLDERS, name) || foldersIn(folder).length > 0) return null;
  const images = namesIn(folder).filter(hasImageExtension);
  // "test" is a name of many folders: in LSUN its images are numbered, and it is not pointed at alone.
  const plain = name !== 'test' && name !== 'LSUN';
  const numbered = folder !== path.resolve(given) && images.every((image) => NUMBERED.test(image));
  return images.length > 0 && (plain || numbered) ? folder : null;
}
