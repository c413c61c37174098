/**
 * The images that a monitor is most wrong about: OoD images with the highest scores among the accepted, in-distribution
 * images with the lowest among the alarmed. Their pictures are read again from the data; what is gone or has changed says so.
 */
import { encode } from 'fast-png';
import type { DecodedImage } from '../../shared/domain.ts';
import { createHash } from 'node:crypto';
import { openSet } from '../dataset/set-source.ts';
import type { OpenedSet } from '../dataset/types.ts';
import { resize } from '../dataset/resize.ts';
import { isAlarm } from '../metrics/threshold.ts';
import type { ScoredConfig } from '../pipeline/evaluate-stage.ts';
import { withAbsolutePaths } from '../pipeline/resolve-plan.ts';
import type { ScoredPart } from '../pipeline/roles.ts';
import type { FinishedRun } from '../pipeline/run-plan.ts';

export interface WorstImage {
  index: number;
  at: string;
  sha256: string;
  score: number;
}

export type Picture = { png: Uint8Array; width: number; height: number } | { gone: 'missing' | 'changed' };

/** Worst first; ties in the order of the set. */
export function worstImages(
  run: FinishedRun,
  part: ScoredPart,
  config: ScoredConfig,
  count: number,
): { total: number; items: WorstImage[] } {
  const scores = config.scores.get(part.set.set.name)!;
  const misses = part.role === 'ood';
  const wrong = Array.from(scores.keys()).filter((row) => isAlarm(scores[row], config.threshold) !== misses);
  wrong.sort((a, b) => (misses ? scores[b] - scores[a] : scores[a] - scores[b]) || a - b);
  const wanted = wrong.slice(0, count);
  const found = new Map<number, WorstImage>();
  let position = 0;
  let row = 0;
  for (const chunk of run.project.samples.chunkHeads(part.set.id)) {
    for (let r = 0; r < chunk.rows; r++) {
      if (part.keep !== null && part.keep[position + r] === 0) continue;
      if (wanted.includes(row)) {
        const sha256 = Buffer.from(chunk.hashes.buffer, chunk.hashes.byteOffset + 32 * r, 32).toString('hex');
        found.set(row, { index: chunk.indices[r], at: chunk.ats[r], sha256, score: scores[row] });
      }
      row++;
    }
    position += chunk.rows;
  }
  return { total: wrong.length, items: wanted.map((wantedRow) => found.get(wantedRow)!) };
}

/** Longest side of a picture in the report, in pixels. */
const PICTURE_SIDE = 160;

/** Pictures of images of one set, in their order. Never throws: a picture that cannot be had is marked as gone. */
export async function pictures(run: FinishedRun, part: ScoredPart, images: readonly WorstImage[]): Promise<Picture[]> {
  const plan = withAbsolutePaths({ plan: run.results.plan, baseDir: run.baseDir });
  const set = plan.datasets.find(({ name }) => name === part.set.set.name)!;
  try {
    const opened = await openSet(set, { name: set.name, verify: false });
    const found: Picture[] = [];
    for (const image of images) found.push(await picture(opened, image));
    return found;
  } catch {
    return images.map(() => ({ gone: 'missing' }));
  }
}

async function picture(opened: OpenedSet, { index, at, sha256 }: WorstImage): Promise<Picture> {
  for await (const record of opened.images({ from: index, to: index + 1 })) {
    const image = await record.load().catch(() => undefined);
    if (image === undefined) return { gone: 'missing' };
    if (record.at !== at || createHash('sha256').update(image.pixels).digest('hex') !== sha256) return { gone: 'changed' };
    const small = shrink(image);
    return { png: encode({ ...small, data: small.pixels, depth: 8 }), width: small.width, height: small.height };
  }
  return { gone: 'missing' };
}

function shrink(image: DecodedImage): DecodedImage {
  const scale = PICTURE_SIDE / Math.max(image.width, image.height);
  if (scale >= 1) return image;
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return resize(image, { height: side(image.height), width: side(image.width) }, 'bilinear');
}
