/** Looks through the weights themselves: how many there are, and whether any is not a number. */
import type { GraphIndex } from './graph-index.ts';
import { rawBytes, type OnnxModel } from './open-model.ts';
import { dimsOf, elementBits, elementName, type TensorProto } from './proto.ts';

const COUNTED = /^(float|bfloat|u?int[48]$)/;

/** Number of weights; tensors of sizes and indices (int64, bool) are not counted. */
export function countParameters(index: GraphIndex): number {
  return [...index.initializers.values()]
    .filter((tensor) => COUNTED.test(elementName(tensor.dataType)))
    .reduce((sum, tensor) => sum + dimsOf(tensor).reduce((a, b) => a * b, 1), 0);
}

/** Names of float weights that hold NaN or infinity. */
export function brokenWeights(model: OnnxModel): string[] {
  return [...model.index.initializers.values()].filter((tensor) => isBroken(model, tensor)).map((tensor) => tensor.name ?? '');
}

function isBroken(model: OnnxModel, tensor: TensorProto): boolean {
  const type = elementName(tensor.dataType);
  const bytes = rawBytes(model, tensor);
  if (bytes === undefined)
    return [...(tensor.floatData ?? []), ...(tensor.doubleData ?? [])].some((value) => !Number.isFinite(value));
  const words = wordsOf(bytes, elementBits(tensor.dataType));
  // Exponent bits all set: NaN or infinity.
  if (type === 'float32') return words.some((word) => (word & 0x7f800000) === 0x7f800000);
  if (type === 'float16') return words.some((word) => (word & 0x7c00) === 0x7c00);
  if (type === 'bfloat16') return words.some((word) => (word & 0x7f80) === 0x7f80);
  return type === 'float64' && words.some((word, i) => i % 2 === 1 && (word & 0x7ff00000) === 0x7ff00000);
}

/** A typed view where the bytes are aligned, a copy where they are not. */
function wordsOf(bytes: Uint8Array, bits: number): Uint16Array | Uint32Array {
  const size = bits === 16 ? 2 : 4;
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes); // Buffer.slice would be a view again.
  const length = Math.floor(aligned.byteLength / size);
  return size === 2
    ? new Uint16Array(aligned.buffer, aligned.byteOffset, length)
    : new Uint32Array(aligned.buffer, aligned.byteOffset, length);
}
