/** Folders that are not what they seem: every file ends as an image or as a rejection with a reason, and nothing hangs. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeDataset } from '../../../electron/engine/dataset/describe-dataset.ts';
import { makeFiles } from '../../fixtures/layouts/make.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { EXPECTED, fixture } from './fixtures.ts';

const root = tempFolder();
const DESCRIBE = path.resolve(import.meta.dirname, '../../../electron/engine/dataset/describe-dataset.ts');

describe('a hostile folder', () => {
  it('has a defined outcome for each kind of file', async () => {
    const folder = makeFiles(path.join(root, 'kinds'), {
      'animated.png': '=png-animated.png',
      'animated.webp': '=webp-animated.webp',
      'bomb.png': '=png-bomb.png',
      'cmyk.jpg': '=jpeg-cmyk.jpg',
      'empty.png': '',
      'gray16.png': '=png-gray-16.png',
      'huge.png': '=png-huge.png',
      'rgb16.png': '=png-rgb-16.png',
      'text.png': '=text.png',
      'truncated.jpg': fixture('jpeg-444.jpg').subarray(0, 400),
      'truncated.png': fixture('png-rgb-8.png').subarray(0, 100),
      'turned.jpg': '=jpeg-exif-turn.jpg',
    });
    mkdirSync(path.join(folder, 'folder.png'));
    execFileSync('mkfifo', [path.join(folder, 'pipe.png')]);
    symlinkSync('self.png', path.join(folder, 'self.png'));
    symlinkSync('.', path.join(folder, 'loop'));
    symlinkSync('/dev/zero', path.join(folder, 'device.png'));
    const { layout, sets } = await describeDataset(folder, { images: true });
    const [set] = sets;
    expect(layout).toBe('image-folder');
    const rejected = Object.fromEntries(set.rejected.map(({ at, reason }) => [at, reason]));
    expect(rejected).toEqual({
      'animated.webp': expect.stringContaining('animated'),
      'bomb.png': expect.stringContaining('more than its header'),
      'cmyk.jpg': expect.stringContaining('CMYK'),
      'empty.png': 'the file is empty',
      'huge.png': expect.stringContaining('megapixels'),
      'text.png': expect.stringContaining('not a PNG'),
      'truncated.jpg': expect.any(String),
      'truncated.png': expect.stringContaining('cut short'),
    });
    const shapes = Object.fromEntries(set.images!.map(({ at, shape, sha256 }) => [at, { shape, sha256 }]));
    for (const [at, source] of [
      ['animated.png', 'png-animated.png'],
      ['gray16.png', 'png-gray-16.png'],
      ['rgb16.png', 'png-rgb-16.png'],
    ]) {
      expect(shapes[at]).toEqual(EXPECTED.exact[source]);
    }
    // As stored: the EXIF turn is not applied.
    expect(shapes['turned.jpg'].shape).toEqual(EXPECTED.lossy['jpeg-exif-turn.jpg'].shape);
    expect(Object.keys(shapes)).toHaveLength(4);
    // The pipe, the link to itself, the loop and the device; the folder holds nothing.
    expect(set.ignored).toBe(4);
  });

  it('with a file that may not be read rejects it, and one that may not be listed is refused', () => {
    const folder = makeFiles(path.join(root, 'locked'), {
      'a.png': '=png-rgb-8.png',
      'b.png': '=png-rgb-8.png',
      'in/c.png': '=png-rgb-8.png',
    });
    chmodSync(root, 0o755);
    chmodSync(path.join(folder, 'b.png'), 0);
    const script = `const { describeDataset } = await import(${JSON.stringify(pathToFileURL(DESCRIBE).href)});
      const show = (given) => describeDataset(given, { images: false }).then(({ sets }) => sets[0].rejected, ({ message }) => message);
      console.log(JSON.stringify(await show(${JSON.stringify(folder)})));`;
    // Root may read everything: the reading is done as somebody else.
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const run = (): unknown => {
      const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        encoding: 'utf8',
        ...user,
      });
      return stdout === '' ? stderr : JSON.parse(stdout);
    };
    expect(run()).toEqual([{ at: 'b.png', reason: expect.stringContaining('the file cannot be read') }]);
    chmodSync(path.join(folder, 'in'), 0);
    expect(run()).toMatch(/in may not be read by this user/);
    chmodSync(path.join(folder, 'in'), 0o755);
  });
});
