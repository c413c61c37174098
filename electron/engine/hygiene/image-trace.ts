/**
 * What is kept of every image for the hygiene checks, taken while it is decoded for the network anyway: trivial cues, the
 * mean and sd of what the network is fed, and a print to find near-duplicates by. Called by the loader's threads.
 * Large images are looked at on a grid, so that the cost of an image is bounded.
 */
import type { DecodedImage } from '../../shared/domain.ts';
import { CUES, type CueId } from '../../shared/hygiene.ts';
import { lumaGrid } from './luma-grid.ts';
import { PRINT_BYTES, writePrint } from './image-print.ts';

/** Channels of the fed tensor that are told apart. */
export const FED_CHANNELS = 3;
/** Numbers of an image: its cues, then mean and sd of each fed channel. NaN: not known of this image. */
export const TRACE = CUES.length + 2 * FED_CHANNELS;

export interface Traces {
  /** float32 [rows, TRACE] */
  cues: Float32Array;
  /** [rows, PRINT_BYTES] */
  prints: Uint8Array;
}

export function emptyTraces(rows: number): { cues: Float32Array<ArrayBuffer>; prints: Uint8Array<ArrayBuffer> } {
  return { cues: new Float32Array(rows * TRACE).fill(NaN), prints: new Uint8Array(rows * PRINT_BYTES) };
}

/** One image as the network is fed it: values of channel c lie at offset + c * channelStep + i * step. */
export interface FedImage {
  values: Float32Array | Uint8Array;
  offset: number;
  channels: number;
  pixels: number;
  width: number;
  /** Channels after one another (NCHW) or side by side. */
  planar: boolean;
}

/** Writes row `row`. */
export function writeTrace({ cues, prints }: Traces, row: number, image: DecodedImage, fed: FedImage): void {
  const grid = lumaGrid(image);
  const known: Record<CueId, number> = {
    fileBytes: image.encoded?.bytes ?? NaN,
    jpegQuality: image.encoded?.jpegQuality ?? NaN,
    pixels: image.width * image.height,
    aspect: image.width / image.height,
    brightness: grid.mean,
    contrast: grid.deviation,
    redGreen: grid.redGreen,
    yellowBlue: grid.yellowBlue,
    sharpness: grid.sharpness,
  };
  CUES.forEach((cue, i) => (cues[row * TRACE + i] = known[cue]));
  writeFed(fed, cues, row * TRACE + CUES.length);
  writePrint(grid, prints.subarray(row * PRINT_BYTES, (row + 1) * PRINT_BYTES));
}

/** About this many values of each channel are read. */
const FED_VALUES = 4096;

function writeFed({ values, offset, channels, pixels, width, planar }: FedImage, out: Float32Array, at: number): void {
  // A stride that shares a divisor with the width would look at some columns only.
  let stride = Math.max(1, Math.floor(pixels / FED_VALUES));
  while (stride > 1 && commonDivisor(stride, width) > 1) stride++;
  for (let c = 0; c < Math.min(channels, FED_CHANNELS); c++) {
    const start = offset + (planar ? c * pixels : c);
    const step = planar ? 1 : channels;
    let [count, sum, squares] = [0, 0, 0];
    const first = values[start];
    for (let i = 0; i < pixels; i += stride, count++) {
      const value = values[start + i * step] - first;
      sum += value;
      squares += value * value;
    }
    out[at + 2 * c] = first + sum / count;
    out[at + 2 * c + 1] = Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
  }
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
