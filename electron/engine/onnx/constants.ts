/** Values that stand in the file: initializers, Constant nodes, and what only turns or renames one. */
import { zeros, type Matrix } from '../linalg/matrix.ts';
import { rawBytes, type OnnxModel } from './open-model.ts';
import { writer } from './logits.ts';
import { attribute, dimsOf, elementName, type TensorProto, toNumber } from './proto.ts';

export interface Constant {
  tensor: TensorProto;
  /** A Transpose lies between the tensor and its reader. */
  transposed: boolean;
}

/** The constant behind a name; otherwise the op that computes it. */
export function constantOf(model: OnnxModel, name: string): Constant | { op: string } {
  const { index } = model;
  const tensor = index.initializers.get(name);
  if (tensor !== undefined) return { tensor, transposed: false };
  const node = writer(index, name);
  if (node === undefined) return { op: 'input' };
  const value = node.opType === 'Constant' ? attribute(node, 'value')?.t : undefined;
  if (value) return { tensor: value, transposed: false };
  if (node.opType === 'Identity') return constantOf(model, node.input?.[0] ?? '');
  if (node.opType !== 'Transpose') return { op: node.opType ?? '' };
  const inner = constantOf(model, node.input?.[0] ?? '');
  if (!('tensor' in inner) || dimsOf(inner.tensor).length !== 2) return inner;
  const perm = (attribute(node, 'perm')?.ints ?? [1, 0]).map(toNumber);
  return perm[0] === 1 ? { ...inner, transposed: !inner.transposed } : inner;
}

/** Numbers of a float32 or float64 tensor; null for another type. */
export function floatValues(model: OnnxModel, tensor: TensorProto): Float64Array | null {
  const type = elementName(tensor.dataType);
  if (type !== 'float32' && type !== 'float64') return null;
  const bytes = rawBytes(model, tensor);
  if (bytes === undefined) return Float64Array.from((type === 'float32' ? tensor.floatData : tensor.doubleData) ?? []);
  // A copy: the bytes of a file are not aligned.
  const copy = Uint8Array.from(bytes).buffer;
  return type === 'float32' ? Float64Array.from(new Float32Array(copy)) : new Float64Array(copy);
}

/** A constant of two axes as a matrix, turned where the graph turns it; null when it is neither float32 nor float64. */
export function constantMatrix(model: OnnxModel, { tensor, transposed }: Constant): Matrix | null {
  const data = floatValues(model, tensor);
  const [rows, cols] = dimsOf(tensor);
  if (data === null) return null;
  return transposed ? turned({ rows, cols, data }) : { rows, cols, data };
}

export function turned({ rows, cols, data }: Matrix): Matrix {
  const out = zeros(cols, rows);
  for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) out.data[c * rows + r] = data[r * cols + c];
  return out;
}
