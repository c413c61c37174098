/**
 * Sampled vectors as matrices, in the row order of the entries. Fitting needs the fit rows whole; scoring streams
 * them block by block, so that memory does not grow with the set.
 */
import type { Matrix } from '../linalg/matrix.ts';
import { isFirst, type Extra, type ExtraKind, type SampleRepository, type VectorKind } from '../storage/sample-repository.ts';

/** Which vector of an image: the entropies of its samples, the plain latent, the logits, or one that only some jobs ask for. */
export type Space = VectorKind | ExtraKind;

const BLOCK_ROWS = 2048;

/** The vectors of a set, chunk by chunk. */
function parts(repository: SampleRepository, setId: number, space: Space): Generator<Extra> {
  return space === 'joint' || space === 'penultimate' || space === 'uncertainty' || space === 'dense' || isFirst(space)
    ? repository.extras(setId, space)
    : repository.vectors(setId, space);
}

/**
 * Rows of one set in blocks of about 2,048: float64 [rows, cols]. Blocks are cut at chunk borders, always the same.
 * @param keep by row of the set, 1 = wanted; null: all.
 */
export function* matrixBlocks(
  repository: SampleRepository,
  setId: number,
  space: Space,
  keep: Uint8Array | null = null,
): Generator<Matrix> {
  let waiting: Extra[] = [];
  let rows = 0;
  let position = 0;
  for (const part of parts(repository, setId, space)) {
    waiting.push(part);
    rows += part.cols === 0 ? 0 : part.data.length / part.cols;
    if (rows < BLOCK_ROWS) continue;
    yield keepRows(join(waiting, rows), keep, position);
    position += rows;
    waiting = [];
    rows = 0;
  }
  if (rows > 0) yield keepRows(join(waiting, rows), keep, position);
}

function join(waiting: readonly Extra[], rows: number): Matrix {
  const { cols } = waiting[0];
  const data = new Float64Array(rows * cols);
  let at = 0;
  for (const part of waiting) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { rows, cols, data };
}

/**
 * Rows of several sets, one after the other, as one matrix.
 * @param keep by position among all rows of these sets, 1 = wanted; null: all.
 */
export function loadMatrix(
  repository: SampleRepository,
  setIds: readonly number[],
  space: Space,
  keep: Uint8Array | null,
): Matrix {
  const blocks: Matrix[] = [];
  let position = 0;
  for (const id of setIds) {
    for (const block of matrixBlocks(repository, id, space)) {
      const { rows } = block;
      blocks.push(keepRows(block, keep, position));
      position += rows;
    }
  }
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  const cols = blocks[0]?.cols ?? 0;
  const data = new Float64Array(rows * cols);
  let at = 0;
  for (const block of blocks) {
    data.set(block.data, at);
    at += block.data.length;
  }
  return { rows, cols, data };
}

/** Moves the wanted rows of a block to its front; row r of the block is number `position` + r. */
function keepRows(block: Matrix, keep: Uint8Array | null, position: number): Matrix {
  if (keep === null) return block;
  const { rows, cols, data } = block;
  let kept = 0;
  for (let row = 0; row < rows; row++) {
    if (keep[position + row] === 0) continue;
    if (kept !== row) data.copyWithin(kept * cols, row * cols, (row + 1) * cols);
    kept++;
  }
  return { rows: kept, cols, data: data.subarray(0, kept * cols) };
}

export function concatenate(parts: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Class labels of the rows of several sets, as loadMatrix orders and keeps them; -1: none. */
export function loadLabels(repository: SampleRepository, setIds: readonly number[], keep: Uint8Array | null): Int32Array {
  const labels = setIds.flatMap((id) => Array.from(repository.chunkHeads(id), (chunk) => Array.from(chunk.labels)).flat());
  return Int32Array.from(keep === null ? labels : labels.filter((_, position) => keep[position] !== 0));
}
