/**
 * Reader of Cityscapes (github.com/mcordts/cityscapesScripts, README): leftImg8bit/SPLIT/CITY/CITY_SEQ_FRAME_leftImg8bit.png.
 * The city comes as a tag.
 */
import path from 'node:path';
import { foldersIn, namesIn } from './layout-place.ts';
import { splitReader } from './split-folders.ts';

const IMAGE = /^(.+)_\d{6}_\d{6}_leftImg8bit\.png$/;

export const cityscapesReader = splitReader({
  id: 'cityscapes',
  looksFor: 'Cityscapes images (leftImg8bit/SPLIT/CITY)',
  splitFolders(root) {
    const images = path.join(root, 'leftImg8bit');
    return foldersIn(images)
      .map((split) => path.join(images, split))
      .filter((split) => foldersIn(split).some((city) => namesIn(path.join(split, city)).some((name) => IMAGE.test(name))));
  },
  splitOfFile: () => undefined,
  accepts: (at) => IMAGE.test(path.posix.basename(at)),
  tags: async () => ({ of: (at) => ({ city: at.split('/')[0] }) }),
});
