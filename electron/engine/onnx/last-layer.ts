/**
 * The last layer of a classifier, read from its graph: the Gemm, or MatMul and Add, whose result the logits are, its
 * weights, and the penultimate tensor that it reads. Where there is no such layer, a sentence says why.
 */
import type { Matrix } from '../linalg/matrix.ts';
import { type Constant, constantMatrix, constantOf, floatValues, turned } from './constants.ts';
import { through, writer } from './logits.ts';
import type { OnnxModel } from './open-model.ts';
import { attribute, dimsOf, elementName, type NodeProto, toNumber } from './proto.ts';

export interface LastLayer {
  /** [B, F] */
  penultimate: string;
  /** [C, F] */
  weight: Matrix;
  /** [C] */
  bias: Float64Array;
}

/** Why it cannot be read: a sentence. */
export interface NoLastLayer {
  reason: string;
}

const QUANTISED = /^(Q|Dequantize|MatMulInteger|DynamicQuantize)/;

/** @param logits name of the tensor that holds the logits. */
export function lastLayer(model: OnnxModel, logits: string): LastLayer | NoLastLayer {
  try {
    return read(model, logits);
  } catch (error) {
    if (error instanceof Unreadable) return { reason: error.message };
    throw error;
  }
}

class Unreadable extends Error {}

interface Product {
  features: string;
  /** [C, F] */
  weight: Matrix;
}

function read(model: OnnxModel, logits: string): LastLayer {
  const { index } = model;
  const name = through(index, logits);
  const node = writer(index, name);
  const { features, weight, bias } = node?.opType === 'Gemm' ? fromGemm(model, node) : fromMatMul(model, node);
  if (!index.producer.has(features)) throw new Unreadable('The last layer reads the image itself.');
  if (![...weight.data, ...bias].every(Number.isFinite))
    throw new Unreadable('The last layer holds weights that are not finite.');
  return { penultimate: features, weight, bias };
}

function fromGemm(model: OnnxModel, node: NodeProto): Product & { bias: Float64Array } {
  const number = (name: string): number => toNumber(attribute(node, name)?.i);
  if (number('transA') !== 0) throw new Unreadable('The last layer turns its input round.');
  const [features = '', weightName = '', biasName = ''] = node.input ?? [];
  const stored = weights(model, weightName);
  const weight = number('transB') === 0 ? turned(stored) : stored;
  const bias = biases(model, biasName, weight.rows);
  return { features, ...scaled(weight, bias, attribute(node, 'alpha')?.f ?? 1, attribute(node, 'beta')?.f ?? 1) };
}

function scaled(weight: Matrix, bias: Float64Array, alpha: number, beta: number): { weight: Matrix; bias: Float64Array } {
  return { weight: { ...weight, data: weight.data.map((value) => alpha * value) }, bias: bias.map((value) => beta * value) };
}

/** x W, or x W + b in either order. */
function fromMatMul(model: OnnxModel, node: NodeProto | undefined): Product & { bias: Float64Array } {
  const { index } = model;
  if (node?.opType === 'MatMul') {
    const product = productOf(model, node);
    return { ...product, bias: new Float64Array(product.weight.rows) };
  }
  const inputs = node?.opType === 'Add' ? (node.input ?? []) : [];
  for (const [at, name] of inputs.entries()) {
    const inner = writer(index, through(index, name));
    if (inner?.opType !== 'MatMul') continue;
    const product = productOf(model, inner);
    return { ...product, bias: biases(model, inputs[1 - at], product.weight.rows) };
  }
  throw new Unreadable(whyNot(node));
}

function whyNot(node: NodeProto | undefined): string {
  const op = node?.opType ?? '';
  if (QUANTISED.test(op)) return 'The last layer is quantised; its weights are not those of the network.';
  return `The class scores come from a ${op || 'graph input'}${op === '' ? '' : ' node'}, not from a fully connected last layer.`;
}

function productOf(model: OnnxModel, node: NodeProto): Product {
  const [features = '', weightName = ''] = node.input ?? [];
  return { features, weight: turned(weights(model, weightName)) };
}

function weights(model: OnnxModel, name: string): Matrix {
  const constant = constantFor(model, name, 'weights');
  if (dimsOf(constant.tensor).length !== 2) throw new Unreadable('The weights of the last layer do not have two axes.');
  const matrix = constantMatrix(model, constant);
  if (matrix === null) throw otherType(constant);
  return matrix;
}

/** [C]; a single value counts for every class. */
function biases(model: OnnxModel, name: string, classes: number): Float64Array {
  if (name === '') return new Float64Array(classes);
  const constant = constantFor(model, name, 'bias');
  const values = floatValues(model, constant.tensor);
  if (values === null) throw otherType(constant);
  if (values.length === 1) return new Float64Array(classes).fill(values[0]);
  if (values.length !== classes)
    throw new Unreadable(`The bias of the last layer has ${values.length} values for ${classes} classes.`);
  return values;
}

function constantFor(model: OnnxModel, name: string, what: string): Constant {
  const found = constantOf(model, name);
  if ('tensor' in found) return found;
  if (QUANTISED.test(found.op)) throw new Unreadable('The last layer is quantised; its weights are not those of the network.');
  throw new Unreadable(
    `The ${what} of the last layer cannot be read from the file: ${found.op === 'input' ? 'they are an input' : `a ${found.op} node computes them`}.`,
  );
}

function otherType({ tensor }: Constant): Unreadable {
  return new Unreadable(`The last layer is in ${elementName(tensor.dataType)}; only float32 and float64 weights are read.`);
}
