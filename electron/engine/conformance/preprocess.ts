/** Topic preprocess: resize, crop, colour and normalisation against Pillow and torchvision. All values are exact. */
import type { DecodedImage } from '../../shared/domain.ts';
import type { Preprocess } from '../../shared/plan.ts';
import { centerCrop, cropOffset, shorterSideSize } from '../dataset/geometry.ts';
import { convertColor, preprocessInto, shapeImage } from '../dataset/preprocess.ts';
import { resize, type ResizeMode } from '../dataset/resize.ts';
import { fromRgba } from '../dataset/rgba.ts';
import { numberOf, numbersOf, shapeOf, type GoldenCase, type TopicCheck } from './types.ts';

const EXACT = { rtol: 0, atol: 0 };
const PLAIN: Preprocess = {
  color: 'rgb',
  resize: null,
  centerCrop: null,
  scale: 1 / 255,
  mean: [0],
  std: [1],
  layout: 'NCHW',
};

/**
 * Kinds that Oodlab does not answer. exif: images are taken as stored, PRODUCT.md says no EXIF turn; gray16: information
 * only, Oodlab scales 16 bits where Pillow clips; letterbox and pad: not part of the preprocessing of a plan.
 */
const NOT_BUILT = new Set(['exif', 'gray16', 'letterbox_size', 'pad_size', 'pad']);

const KINDS: Record<string, TopicCheck> = {
  resize(golden, check) {
    const size = { height: numberOf(golden.height), width: numberOf(golden.width) };
    for (const [mode, wanted] of Object.entries(golden.out as Record<string, unknown>)) {
      check.close(mode, resize(imageOf(golden.input), size, mode as ResizeMode).pixels, wanted, EXACT);
    }
  },
  resize_size(golden, check) {
    for (const [height, width, size, most, ...wanted] of rowsOf(golden)) {
      const got = shorterSideSize({ height, width }, size, most === 0 ? undefined : most);
      check.close('size', [got.height, got.width], wanted, EXACT);
    }
  },
  crop_offset(golden, check) {
    for (const [height, width, cropHeight, cropWidth, ...wanted] of rowsOf(golden)) {
      check.close('offset', [cropOffset(height, cropHeight), cropOffset(width, cropWidth)], wanted, EXACT);
    }
  },
  crop(golden, check) {
    const [height, width] = numbersOf(golden.crop);
    check.close('crop', centerCrop(imageOf(golden.input), { height, width }).pixels, golden.out, EXACT);
  },
  resize_crop(golden, check) {
    const image = imageOf(golden.input);
    const crop = numberOf(golden.crop);
    const shaped = shapeImage(image, {
      ...PLAIN,
      color: image.channels === 1 ? 'gray' : 'rgb',
      resize: { shorterSide: numberOf(golden.size), mode: 'bilinear' },
      centerCrop: { height: crop, width: crop },
    });
    check.close('resize and crop', shaped.pixels, golden.out, EXACT);
  },
  normalize(golden, check) {
    const image = imageOf(golden.input);
    const { height, width, channels } = image;
    const plan: Preprocess = {
      ...PLAIN,
      color: channels === 1 ? 'gray' : 'rgb',
      mean: [...numbersOf(golden.mean)],
      std: [...numbersOf(golden.std)],
    };
    const out = new Float32Array(height * width * channels);
    preprocessInto(image, plan, { dtype: 'float32', channels, height, width, layout: 'NCHW' }, { out, offset: 0 });
    check.close('normalize', out, numbersOf(golden.out).map(Math.fround), EXACT);
  },
  gray(golden, check) {
    check.close('gray', convertColor(imageOf(golden.input), 1).pixels, golden.out, EXACT);
  },
  rgba(golden, check) {
    const [height, width] = shapeOf(golden.input);
    const data = Uint8ClampedArray.from(numbersOf(golden.input));
    check.close('rgb', fromRgba({ width, height, data }, 3).pixels, golden.out, EXACT);
  },
};

export const preprocessTopic: TopicCheck = (golden, check, context) => {
  const kind = golden.kind ?? '';
  if (NOT_BUILT.has(kind)) return undefined;
  const run = KINDS[kind];
  if (run === undefined) throw new Error(`unknown kind ${kind}`);
  return run(golden, check, context);
};

function rowsOf(golden: GoldenCase): number[][] {
  return (golden.rows as unknown[][]).map((row) => row.map(numberOf));
}

function imageOf(value: unknown): DecodedImage {
  const [height, width, channels] = shapeOf(value);
  return { height, width, channels: channels === 3 ? 3 : 1, pixels: Uint8Array.from(numbersOf(value)) };
}
