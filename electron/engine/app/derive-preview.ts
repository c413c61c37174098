/** One image of a set under a corruption at its five severities, as small pictures. */
import { setImmediate } from 'node:timers/promises';
import type { DerivePreview } from '../../shared/app/views.ts';
import { SEVERITIES, type CorruptionId } from '../../shared/corruptions.ts';
import { corrupt } from '../corruption/corrupt.ts';
import type { ImageRecord } from '../dataset/types.ts';
import { resize } from '../dataset/resize.ts';
import { dataAddress, thumbnail } from './pictures.ts';

/** A larger image is made this small first: the pictures are small, and the window waits for them. */
const LONGEST = 448;
const SIDE = 160;

export async function derivePreview(
  record: ImageRecord,
  { corruption, seed }: { corruption: CorruptionId; seed: number },
): Promise<DerivePreview> {
  const whole = await record.load();
  const factor = Math.min(1, LONGEST / Math.max(whole.width, whole.height));
  const [width, height] = [whole.width, whole.height].map((side) => Math.max(1, Math.round(side * factor)));
  const image = factor === 1 ? whole : resize(whole, { width, height }, 'bilinear');
  const pictures = [dataAddress(thumbnail(image, SIDE))];
  for (const severity of SEVERITIES) {
    await setImmediate(); // Other requests come between two severities.
    pictures.push(dataAddress(thumbnail(corrupt(image, { corruption, severity, seed }, record.index), SIDE)));
  }
  return { at: record.at, pictures };
}
