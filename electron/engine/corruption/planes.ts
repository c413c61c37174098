/** Pictures as a corruption works on them: one plane a channel, values from 0 to 1. */
import type { DecodedImage } from '../../shared/domain.ts';

export interface Planes {
  width: number;
  height: number;
  /** One (gray) or three (RGB), row-major [height · width]; values in [0, 1]. */
  planes: Float32Array[];
}

export function planesOf({ width, height, channels, pixels }: DecodedImage): Planes {
  const planes = Array.from({ length: channels }, (_, c) => {
    const plane = new Float32Array(width * height);
    for (let i = 0; i < plane.length; i++) plane[i] = pixels[i * channels + c] / 255;
    return plane;
  });
  return { width, height, planes };
}

/** Cut to [0, 1] and rounded to the nearest byte. */
export function imageOf({ width, height, planes }: Planes): DecodedImage {
  const channels = planes.length === 1 ? 1 : 3;
  const pixels = new Uint8Array(width * height * channels);
  planes.forEach((plane, c) => {
    for (let i = 0; i < plane.length; i++) pixels[i * channels + c] = Math.round(255 * Math.min(1, Math.max(0, plane[i])));
  });
  return { width, height, channels, pixels };
}

/** Each value replaced by f(value, pixel, channel). */
export function mapPlanes(picture: Planes, f: (value: number, pixel: number, channel: number) => number): Planes {
  const planes = picture.planes.map((plane, c) => {
    const out = new Float32Array(plane.length);
    for (let i = 0; i < plane.length; i++) out[i] = f(plane[i], i, c);
    return out;
  });
  return { ...picture, planes };
}

/** ITU-R BT.601 luma. */
export const luma = (red: number, green: number, blue: number): number => 0.299 * red + 0.587 * green + 0.114 * blue;

/** The gray value of each pixel. */
export function lumaPlane({ planes }: Planes): Float32Array {
  if (planes.length === 1) return planes[0];
  const [red, green, blue] = planes;
  return red.map((value, i) => luma(value, green[i], blue[i]));
}

/** An RGB colour as the picture's channels show it: itself, or its gray. */
export function colourIn({ planes }: Planes, [red, green, blue]: readonly [number, number, number]): number[] {
  return planes.length === 1 ? [luma(red, green, blue)] : [red, green, blue];
}

/**
 * How long a length of 224 x 224 pixels, for which Hendrycks & Dietterich give their constants, is in a picture of another
 * size: the square root of the shorter side over 224. It lies between a fixed number of pixels and a fixed part of the
 * picture; at 32 x 32 mild blurs come out near those of their CIFAR-10-C.
 */
export function lengthScale({ width, height }: Planes): number {
  return Math.sqrt(Math.min(width, height) / 224);
}

/** 0 below `from`, 1 above `to`, 3 t² - 2 t³ between them. */
export function smoothStep(value: number, from: number, to: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
