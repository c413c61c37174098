/**
 * Sampled vectors as matrices, in the row order of the entries. Fitting needs the fit rows whole; scoring streams
 * them block by block, so that memory does not grow with the set.
 */
import type { Matrix } from '../linalg/matrix.ts';
import type { Chunk, SampleRepository } from '../storage/sample-repository.ts';

/** Which vector of an image: the entropies of its samples, the plain latent, or the logits. */
export type Space = 'entropy' | 'latent' | 'logits';

const BLOCK_ROWS = 2048;

function part(chunk: Chunk, space: Space): { data: Float64Array | Float32Array; cols: number } {
  if (space === 'entropy') return { data: chunk.entropies, cols: chunk.entropyDim };
  if (space === 'latent') return { data: chunk.latents, cols: chunk.latentDim };
  return { data: chunk.logits, cols: chunk.logitDim };
}

/** Rows of one set in blocks of about 2,048: float64 [rows, cols]. Blocks are cut at chunk borders, always the same. */
export function* matrixBlocks(repository: SampleRepository, setId: number, space: Space): Generator<Matrix> {
  let waiting: Chunk[] = [];
  let rows = 0;
  for (const chunk of repository.chunks(setId)) {
    waiting.push(chunk);
    rows += chunk.rows;
    if (rows < BLOCK_ROWS) continue;
    yield join(waiting, rows, space);
    waiting = [];
    rows = 0;
  }
  if (rows > 0) yield join(waiting, rows, space);
}

function join(chunks: readonly Chunk[], rows: number, space: Space): Matrix {
  const cols = part(chunks[0], space).cols;
  const data = new Float64Array(rows * cols);
  let at = 0;
  for (const chunk of chunks) {
    data.set(part(chunk, space).data, at);
    at += chunk.rows * cols;
  }
  return { rows, cols, data };
}

/**
 * Rows of several sets, one after the other, as one matrix.
 * @param keep chooses rows by their position among all accepted rows of these sets.
 */
export function loadMatrix(
  repository: SampleRepository,
  setIds: readonly number[],
  space: Space,
  keep: (row: number) => boolean,
): Matrix {
  const blocks: Float64Array[] = [];
  let cols = 0;
  let position = 0;
  let rows = 0;
  for (const id of setIds) {
    for (const block of matrixBlocks(repository, id, space)) {
      cols = block.cols;
      const kept = keepRows(block, (row) => keep(position + row));
      position += block.rows;
      rows += cols === 0 ? 0 : kept.length / cols;
      blocks.push(kept);
    }
  }
  const data = new Float64Array(rows * cols);
  let at = 0;
  for (const block of blocks) {
    data.set(block, at);
    at += block.length;
  }
  return { rows, cols, data };
}

function keepRows(block: Matrix, keep: (row: number) => boolean): Float64Array {
  const { rows, cols, data } = block;
  let kept = 0;
  for (let row = 0; row < rows; row++) {
    if (!keep(row)) continue;
    if (kept !== row) data.copyWithin(kept * cols, row * cols, (row + 1) * cols);
    kept++;
  }
  return data.subarray(0, kept * cols);
}
