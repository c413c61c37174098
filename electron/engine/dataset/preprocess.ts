/**
 * Decoded pixels to the values a network takes: colour, resize, centre crop on bytes, then (value * scale - mean) / std
 * in float32, each step rounded as torchvision's ToTensor and Normalize do. A uint8 input gets the bytes as they are.
 */
import type { DecodedImage } from '../../shared/domain.ts';
import { AppError } from '../../shared/errors.ts';
import type { Preprocess } from '../../shared/plan.ts';
import { centerCrop, shorterSideSize } from './geometry.ts';
import { resize } from './resize.ts';

export interface InputTarget {
  dtype: 'float32' | 'uint8';
  channels: number;
  height: number;
  width: number;
  layout: 'NCHW' | 'NHWC';
}

export interface Destination {
  out: Float32Array | Uint8Array;
  /** First element to write. */
  offset: number;
}

/** Writes one image. Throws E_DATASET when it does not end up with the size and channels of the target. */
export function preprocessInto(image: DecodedImage, plan: Preprocess, target: InputTarget, destination: Destination): void {
  const shaped = shapeImage(image, plan);
  if (shaped.channels !== target.channels) {
    throw new AppError(
      'E_DATASET',
      `The images become ${shaped.channels}-channel, the model takes ${target.channels} channels.`,
      {
        next: `Set model.preprocess.color to ${target.channels === 1 ? '"gray"' : '"rgb" or "bgr"'}.`,
      },
    );
  }
  if (shaped.height !== target.height || shaped.width !== target.width) {
    const is = `${shaped.height}x${shaped.width}`;
    throw new AppError('E_DATASET', `An image is ${is} (height x width), the model takes ${target.height}x${target.width}.`, {
      next: 'Set model.preprocess.resize.',
    });
  }
  writeTensor(shaped, plan, target, destination);
}

/** Colour, resize and centre crop. */
export function shapeImage(image: DecodedImage, plan: Preprocess): DecodedImage {
  let shaped = convertColor(image, plan.color === 'gray' ? 1 : 3);
  if (plan.resize !== null) {
    const size = 'shorterSide' in plan.resize ? shorterSideSize(shaped, plan.resize.shorterSide) : plan.resize;
    shaped = resize(shaped, size, plan.resize.mode);
  }
  return plan.centerCrop === null ? shaped : centerCrop(shaped, plan.centerCrop);
}

/** Gray by Pillow's L (ITU-R 601-2, 16 bits); colour from gray by repetition. */
export function convertColor(image: DecodedImage, channels: 1 | 3): DecodedImage {
  if (image.channels === channels) return image;
  const { pixels, width, height } = image;
  const count = width * height;
  const out = new Uint8Array(count * channels);
  if (channels === 1) {
    for (let i = 0, s = 0; i < count; i++, s += 3) {
      out[i] = (19595 * pixels[s] + 38470 * pixels[s + 1] + 7471 * pixels[s + 2] + 32768) >> 16;
    }
  } else {
    for (let i = 0, o = 0; i < count; i++, o += 3) out[o] = out[o + 1] = out[o + 2] = pixels[i];
  }
  return { width, height, channels, pixels: out };
}

function writeTensor(image: DecodedImage, plan: Preprocess, target: InputTarget, { out, offset }: Destination): void {
  const { pixels, channels } = image;
  const count = image.width * image.height;
  for (let c = 0; c < channels; c++) {
    const source = plan.color === 'bgr' ? 2 - c : c;
    const values = target.dtype === 'uint8' ? null : valueTable(plan, c);
    const step = target.layout === 'NCHW' ? 1 : channels;
    let o = offset + (target.layout === 'NCHW' ? c * count : c);
    if (values === null) {
      for (let i = 0, s = source; i < count; i++, s += channels, o += step) out[o] = pixels[s];
    } else {
      for (let i = 0, s = source; i < count; i++, s += channels, o += step) out[o] = values[pixels[s]];
    }
  }
}

const tables = new WeakMap<Preprocess, Float32Array[]>();

/** What each of the 256 bytes becomes in tensor channel c. */
function valueTable(plan: Preprocess, c: number): Float32Array {
  let all = tables.get(plan);
  if (all === undefined) {
    all = [0, 1, 2].map((channel) => makeTable(plan, channel));
    tables.set(plan, all);
  }
  return all[c];
}

function makeTable({ scale, mean, std }: Preprocess, c: number): Float32Array {
  const m = Math.fround(mean.length === 1 ? mean[0] : mean[c]);
  const s = Math.fround(std.length === 1 ? std[0] : std[c]);
  // A multiplication by 1/255 differs from the division in the last bit.
  const byDivision = Math.abs(scale - 1 / 255) <= 1e-12;
  const factor = Math.fround(scale);
  return Float32Array.from({ length: 256 }, (_, byte) => {
    const scaled = Math.fround(byDivision ? byte / 255 : byte * factor);
    return Math.fround(Math.fround(scaled - m) / s);
  });
}
