import { describe, expect, it } from 'vitest';
import { resize } from '../../../electron/engine/dataset/resize.ts';
import { trivialCues } from '../../../electron/engine/hygiene/trivial-cues.ts';
import type { DecodedImage } from '../../../electron/shared/domain.ts';
import type { CueId } from '../../../electron/shared/hygiene.ts';
import { mapPixels, scene } from '../../helpers/made-images.ts';
import { tracesOf } from '../../helpers/set-traces.ts';

const SIZE = { width: 40, height: 40 };
const COUNT = 60;

/** Pictures whose brightness, contrast and colours spread, so that each cue has a spread to stand out of. */
function pictures(from: number): DecodedImage[] {
  return Array.from({ length: COUNT }, (_, i) => {
    const image = scene(from + i, SIZE);
    const [shift, gain, red, blue] = [i % 7, i % 5, i % 3, (i + 1) % 4];
    return {
      ...mapPixels(image, (value, c) => 128 + (0.9 + 0.05 * gain) * (value - 128) + 2 * shift + [red, -red / 2, blue][c]),
      encoded: { bytes: 4000 + 40 * shift, jpegQuality: 88 + gain },
    };
  });
}

/** Mean and sd of the luma stay what they were when a picture is blurred and stretched again. */
function blurred(image: DecodedImage): DecodedImage {
  const { width, height, channels, pixels } = image;
  const at = (x: number, y: number, c: number): number => {
    const clamp = (v: number, most: number): number => Math.max(0, Math.min(most, v));
    return pixels[(clamp(y, height - 1) * width + clamp(x, width - 1)) * channels + c];
  };
  return mapPixels(image, (_, c, i) => {
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    let sum = 0;
    for (let dy = -2; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) sum += at(x + dx, y + dy, c);
    return sum / 25;
  });
}

const noisy = (image: DecodedImage): DecodedImage => mapPixels(image, (value, _, i) => value + (i % 2 === 0 ? 6 : -6));

/** What is done to the OoD pictures, and the one cue that it moves. */
const CHANGES: [CueId, (image: DecodedImage) => DecodedImage][] = [
  ['fileBytes', (image) => ({ ...image, encoded: { bytes: 9000, jpegQuality: image.encoded!.jpegQuality } })],
  ['jpegQuality', (image) => ({ ...image, encoded: { bytes: image.encoded!.bytes, jpegQuality: 60 } })],
  ['aspect', (image) => ({ ...resize(image, { width: 50, height: 32 }, 'bilinear'), encoded: image.encoded! })],
  ['brightness', (image) => mapPixels(image, (value) => value + 30)],
  ['contrast', (image) => mapPixels(image, (value) => 132 + 0.55 * (value - 132))],
  ['redGreen', (image) => mapPixels(image, (value, c) => value + [12, -7, 6][c])],
  ['yellowBlue', (image) => mapPixels(image, (value, c) => value + [3, 3, -24][c])],
];

const separating = (oods: DecodedImage[]): CueId[] =>
  trivialCues([tracesOf('test', 'test', { images: pictures(0) })], [tracesOf('ood', 'ood', { images: oods })])
    .filter((row) => row.separates)
    .map(({ cue }) => cue);

describe('a cue that alone separates an OoD set', () => {
  it('is none where the pictures are of one kind', () => {
    const rows = trivialCues(
      [tracesOf('test', 'test', { images: pictures(0) })],
      [tracesOf('ood', 'ood', { images: pictures(1000) })],
    );
    expect(rows).toHaveLength(9);
    expect(rows.filter((row) => row.separates)).toEqual([]);
    for (const { auroc } of rows) expect(auroc.low).toBeLessThanOrEqual(0.5);
    for (const { auroc } of rows) expect(auroc.high).toBeGreaterThanOrEqual(0.5);
  });

  it.each(CHANGES)('is %s when that is what was changed', (cue, change) => {
    // Contrast moves every difference of pixels, so sharpness goes with it; so may what a resampling blurs.
    const goesAlong = cue === 'contrast' || cue === 'aspect' ? ['sharpness'] : [];
    const found = separating(pictures(1000).map(change));
    expect(found).toContain(cue);
    expect(found.filter((other) => other !== cue && !goesAlong.includes(other))).toEqual([]);
  });

  it('is resolution, and nothing of the picture but its sharpness, for the same scenes at twice the size', () => {
    const larger = pictures(1000).map((image) => ({
      ...resize(image, { width: 80, height: 80 }, 'bicubic'),
      encoded: image.encoded!,
    }));
    expect(separating(larger).filter((cue) => cue !== 'sharpness')).toEqual(['pixels']);
  });

  it('is sharpness for blurred pictures (AUROC near 0) and for grainy ones (near 1)', () => {
    const rowOf = (change: (image: DecodedImage) => DecodedImage) =>
      trivialCues(
        [tracesOf('test', 'test', { images: pictures(0) })],
        [tracesOf('ood', 'ood', { images: pictures(1000).map(change) })],
      ).find(({ cue }) => cue === 'sharpness')!;
    expect(rowOf(blurred)).toMatchObject({ separates: true });
    expect(rowOf(blurred).auroc.value).toBeLessThan(0.1);
    expect(rowOf(noisy).auroc.value).toBeGreaterThan(0.9);
  });

  it('leaves out what is not known, and takes all test sets together', () => {
    const images = pictures(0).map(({ width, height, channels, pixels }) => ({ width, height, channels, pixels }));
    const tests = [tracesOf('a', 'test', { images }), tracesOf('b', 'test', { images })];
    const rows = trivialCues(tests, [tracesOf('ood', 'ood', { images: images.slice(0, 7) })]);
    expect(rows.map(({ cue }) => cue)).not.toContain('fileBytes');
    expect(rows[0]).toMatchObject({ nInd: 2 * COUNT, nOod: 7 });
  });
});
