/**
 * The ONNX file format as TypeScript sees it: protobuf classes, element types, small builders for nodes and tensors.
 * Used by everything in this folder. Decoding keeps raw_data as views into the file's bytes.
 */
import onnxProto from 'onnx-proto';

export const { onnx } = onnxProto;
export type ModelProto = onnxProto.onnx.ModelProto;
export type GraphProto = onnxProto.onnx.IGraphProto;
export type NodeProto = onnxProto.onnx.INodeProto;
export type TensorProto = onnxProto.onnx.ITensorProto;
export type AttributeProto = onnxProto.onnx.IAttributeProto;
export type ValueInfoProto = onnxProto.onnx.IValueInfoProto;

/** Element types by their number in onnx.proto: name as ONNX Runtime says it, and bits an element (0: variable). */
const ELEMENT_TYPES: Record<number, { name: string; bits: number }> = {
  1: { name: 'float32', bits: 32 },
  2: { name: 'uint8', bits: 8 },
  3: { name: 'int8', bits: 8 },
  4: { name: 'uint16', bits: 16 },
  5: { name: 'int16', bits: 16 },
  6: { name: 'int32', bits: 32 },
  7: { name: 'int64', bits: 64 },
  8: { name: 'string', bits: 0 },
  9: { name: 'bool', bits: 8 },
  10: { name: 'float16', bits: 16 },
  11: { name: 'float64', bits: 64 },
  12: { name: 'uint32', bits: 32 },
  13: { name: 'uint64', bits: 64 },
  14: { name: 'complex64', bits: 64 },
  15: { name: 'complex128', bits: 128 },
  16: { name: 'bfloat16', bits: 16 },
  17: { name: 'float8e4m3fn', bits: 8 },
  18: { name: 'float8e4m3fnuz', bits: 8 },
  19: { name: 'float8e5m2', bits: 8 },
  20: { name: 'float8e5m2fnuz', bits: 8 },
  21: { name: 'uint4', bits: 4 },
  22: { name: 'int4', bits: 4 },
  23: { name: 'float4e2m1', bits: 4 },
};

export const FLOAT32 = 1;
export const INT64 = 7;
export const BOOL = 9;
export const FLOAT64 = 11;

export function elementName(type: number | null | undefined): string {
  return ELEMENT_TYPES[type ?? 0]?.name ?? 'unknown';
}

/** Bits an element takes in raw_data; 0 when it has no fixed size. */
export function elementBits(type: number | null | undefined): number {
  return ELEMENT_TYPES[type ?? 0]?.bits ?? 0;
}

export function elementNumber(name: string): number {
  const found = Object.entries(ELEMENT_TYPES).find(([, type]) => type.name === name);
  return found === undefined ? 0 : Number(found[0]);
}

/** Floating-point types that a hook can be made on. */
export function isFloat(name: string): boolean {
  return name === 'float32' || name === 'float16' || name === 'float64' || name === 'bfloat16';
}

/** protobuf's 64-bit integers arrive as Long objects or as numbers. */
export function toNumber(value: unknown): number {
  if (value === null || value === undefined) return 0;
  return typeof value === 'number' ? value : (value as { toNumber(): number }).toNumber();
}

export function dimsOf(tensor: TensorProto): number[] {
  return (tensor.dims ?? []).map(toNumber);
}

export function attribute(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attribute?.find((entry) => entry.name === name);
}

export function makeNode(opType: string, input: string[], output: string[], attributes: AttributeProto[] = []): NodeProto {
  return { opType, name: `${opType}:${output[0]}`, input, output, attribute: attributes };
}

export function intAttribute(name: string, value: number): AttributeProto {
  return { name, type: onnx.AttributeProto.AttributeType.INT, i: value };
}

export function floatAttribute(name: string, value: number): AttributeProto {
  return { name, type: onnx.AttributeProto.AttributeType.FLOAT, f: value };
}

export function intsAttribute(name: string, values: number[]): AttributeProto {
  return { name, type: onnx.AttributeProto.AttributeType.INTS, ints: values };
}

export function int64Tensor(name: string, values: readonly number[], dims: number[] = [values.length]): TensorProto {
  const data = BigInt64Array.from(values, BigInt);
  return { name, dims, dataType: INT64, rawData: new Uint8Array(data.buffer) };
}

export function valueInfo(name: string, elemType: number, dims?: readonly (string | number)[]): ValueInfoProto {
  const shape =
    dims === undefined
      ? {}
      : { shape: { dim: dims.map((dim) => (typeof dim === 'string' ? { dimParam: dim } : { dimValue: dim })) } };
  return { name, type: { tensorType: { elemType, ...shape } } };
}
