/**
 * Which random numbers a mask is made of. A draw is keyed by (seed, stream, image, sample) and by nothing else, so
 * that batch size, sharding, resume and number of processes change no draw.
 */
import { createHash } from 'node:crypto';

/** The mask bank: one set of masks for all images. Streams of data sets have the top bit clear, so they never meet. */
export const BANK_STREAM = 0x80000000;

/** The stream of a data set: 31 bits of the SHA-256 of its name, so that its place in the plan does not matter. */
export function streamOf(setName: string): number {
  return createHash('sha256').update(setName, 'utf8').digest().readUInt32LE(0) & 0x7fffffff;
}
