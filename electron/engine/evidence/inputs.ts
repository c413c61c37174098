/**
 * The manifest of what went into a run, as lines of JSON: the model, then each set's images in their order, rejected
 * ones too. The lines are the leaves of the Merkle tree whose root stands in the results and on the report's cover.
 */
import type { SampledSet } from '../pipeline/sampled-set.ts';
import type { SampleRepository } from '../storage/sample-repository.ts';

export interface InputImage {
  set: string;
  index: number;
  at: string;
  /** Of the decoded pixels; null: rejected, for this reason. */
  sha256: string | null;
  rejected?: string;
}

export function* inputLines(
  modelSha256: string,
  sets: readonly Pick<SampledSet, 'set' | 'id'>[],
  samples: SampleRepository,
): Generator<string> {
  yield JSON.stringify({ model: modelSha256 });
  for (const { set, id } of sets) for (const image of setImages(set.name, id, samples)) yield JSON.stringify(image);
}

/** By entry index: where chunks are cut depends on the batch size, the order of the lines must not. */
function* setImages(set: string, id: number, samples: SampleRepository): Generator<InputImage> {
  for (const { rows, indices, ats, hashes, rejected } of samples.chunkHeads(id)) {
    const bytes = Buffer.from(hashes.buffer, hashes.byteOffset, hashes.byteLength);
    const images: InputImage[] = rejected.map(({ index, at, reason }) => ({ set, index, at, sha256: null, rejected: reason }));
    for (let row = 0; row < rows; row++) {
      images.push({ set, index: indices[row], at: ats[row], sha256: bytes.toString('hex', 32 * row, 32 * row + 32) });
    }
    yield* images.sort((a, b) => a.index - b.index);
  }
}
