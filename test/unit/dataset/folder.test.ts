import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeDataset } from '../../../electron/engine/dataset/describe-dataset.ts';
import { openDataset, type OpenedSet } from '../../../electron/engine/dataset/open-dataset.ts';
import { peekSize } from '../../../electron/engine/dataset/peek-size.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { EXPECTED, IMAGES } from './fixtures.ts';

const root = tempFolder();
const AUTO = { format: 'auto', limit: null };
let made = 0;

/** @param files Path in the folder to the fixture that is copied there, or null for a text file. */
function folder(files: Record<string, string | null>): string {
  const place = path.join(root, `set${++made}`);
  mkdirSync(place);
  for (const [at, source] of Object.entries(files)) {
    const file = path.join(place, at);
    mkdirSync(path.dirname(file), { recursive: true });
    if (source === null) writeFileSync(file, 'text');
    else copyFileSync(path.join(IMAGES, source), file);
  }
  return place;
}

async function atsOf(set: OpenedSet): Promise<string[]> {
  const ats: string[] = [];
  for await (const { at } of set.images()) ats.push(at);
  return ats;
}

describe('image folders', () => {
  it('are listed nested and in natural order', async () => {
    const place = folder({
      'img10.png': 'png-rgb-8.png',
      'img2.png': 'png-rgb-8.png',
      'img1.jpg': 'jpeg-444.jpg',
      'b/x.bmp': 'bmp-4.bmp',
      'no-extension': 'webp-lossy.webp',
      'notes.txt': null,
      '.hidden.png': 'png-rgb-8.png',
    });
    const set = await openDataset(place, AUTO);
    expect(set).toMatchObject({ layout: 'image-folder', count: 5, classNames: null, classCounts: null, ignored: 2 });
    expect(await atsOf(set)).toEqual(['b/x.bmp', 'img1.jpg', 'img2.png', 'img10.png', 'no-extension']);
  });

  it('take sub-folders as classes when every image lies in one', async () => {
    const place = folder({
      'cat10/a.png': 'png-rgb-8.png',
      'cat2/deep/b.png': 'png-gray-1.png',
      'cat2/c.png': 'empty.png',
      'readme.md': null,
    });
    const { layout, sets } = await describeDataset(place, { images: true });
    expect(layout).toBe('image-folder-classes');
    expect(sets[0]).toMatchObject({
      count: 2,
      classCounts: { cat2: 1, cat10: 1 },
      rejected: [{ at: 'cat2/c.png', reason: 'the file is empty' }],
      ignored: 1,
    });
    expect(sets[0].images?.map(({ at, label, labelName, sha256 }) => [at, label, labelName, sha256])).toEqual([
      ['cat2/deep/b.png', 1, 'cat2', EXPECTED.exact['png-gray-1.png'].sha256],
      ['cat10/a.png', 0, 'cat10', EXPECTED.exact['png-rgb-8.png'].sha256],
    ]);
  });

  it('with loops of links are walked once', async () => {
    const place = folder({ 'a/x.png': 'png-rgb-8.png' });
    symlinkSync('..', path.join(place, 'a', 'up'));
    symlinkSync('nowhere', path.join(place, 'broken.png'));
    symlinkSync('a/x.png', path.join(place, 'linked.png'));
    const set = await openDataset(place, AUTO);
    expect(await atsOf(set)).toEqual(['a/x.png', 'linked.png']);
    expect(set.ignored).toBe(2);
  });

  it('are hashed by paths and bytes, with the limit', async () => {
    const files = { 'a.png': 'png-rgb-8.png', 'b.png': 'png-rgba-8.png' };
    const hashOf = async (place: string, limit: number | null = null) =>
      (await openDataset(place, { ...AUTO, limit })).contentSha256();
    const first = await hashOf(folder(files));
    expect(await hashOf(folder({ ...files, 'notes.txt': null }))).toBe(first);
    expect(await hashOf(folder({ ...files, 'b.png': 'png-gray-1.png' }))).not.toBe(first);
    expect(await hashOf(folder({ 'a.png': 'png-rgb-8.png', 'c.png': 'png-rgba-8.png' }))).not.toBe(first);
    expect(await hashOf(folder(files), 1)).toBe(await hashOf(folder({ 'a.png': 'png-rgb-8.png' })));
  });

  it('may be a single image', async () => {
    const file = path.join(folder({ 'one.png': 'png-rgb-8.png' }), 'one.png');
    expect(await describeDataset(file, { images: true })).toMatchObject({
      layout: 'image-file',
      sets: [{ count: 1, images: [{ at: 'one.png', shape: [9, 13, 3] }] }],
    });
    expect(await peekSize(file, 'auto')).toEqual({ width: 13, height: 9, channels: 3 });
  });

  it('without images, absent or of an unknown format are refused with a sentence', async () => {
    await expect(openDataset(folder({ 'a.txt': null, 'b.txt': null }), AUTO)).rejects.toMatchObject({
      code: 'E_DATASET',
      message: expect.stringMatching(/looked for .*IDX .*PNG, JPEG.*found 2 \.txt/),
    });
    await expect(openDataset(path.join(root, 'nowhere'), AUTO)).rejects.toThrow('does not exist');
    await expect(openDataset(root, { ...AUTO, format: 'zip' })).rejects.toMatchObject({
      code: 'E_INPUT',
      next: expect.stringMatching(/auto, .*idx, /),
    });
  });

  it('can be cancelled', async () => {
    const signal = AbortSignal.abort();
    await expect(describeDataset(IMAGES, { images: false, signal })).rejects.toMatchObject({ code: 'E_CANCELLED' });
  });
});
