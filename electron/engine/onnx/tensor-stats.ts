/** Plain facts about probed tensors: values that are not numbers, channels that never change, rows that differ. */
import type { Seen } from './probe.ts';

export interface ChannelStats {
  channels: number;
  /** Positions of one channel, all images together. */
  positions: number;
  /** Channels with one and the same value at all positions. */
  constant: number;
}

export function hasNonFinite({ data }: Seen): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(Number(data[i]))) return true;
  return false;
}

/** Channels of [B, C, H, W] that hold one value only. */
export function channelStats({ shape, data }: Seen): ChannelStats {
  const [images, channels, height, width] = shape;
  const area = height * width;
  let constant = 0;
  for (let c = 0; c < channels; c++) {
    const first = data[c * area];
    let same = true;
    for (let b = 0; same && b < images; b++) {
      const from = (b * channels + c) * area;
      for (let i = from; same && i < from + area; i++) same = data[i] === first;
    }
    if (same) constant++;
  }
  return { channels, positions: images * area, constant };
}

/** Whether the rows of the first image differ by more than 1e-5 of the largest value. */
export function firstRowDiffers(a: Seen, b: Seen): boolean {
  if (a.shape.join() !== b.shape.join()) return true;
  const size = a.data.length / a.shape[0];
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < size; i++) {
    const [x, y] = [Number(a.data[i]), Number(b.data[i])];
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    largest = Math.max(largest, Math.abs(x), Math.abs(y));
    difference = Math.max(difference, Math.abs(x - y));
  }
  return difference > 1e-5 * largest;
}
