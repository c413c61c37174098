/**
 * Dense float64 products. Large ones run on ONNX Runtime (a one-node Gemm in double, which uses every core), small
 * ones on typed arrays, where a session call would cost more than the product. Covariance, PCA and the detectors take
 * the `MatMul` they are given; one instance, with its sessions, belongs to one process.
 */
import onnxProto from 'onnx-proto';
import { createSession, type Session, type TensorData } from '../runtime/session.ts';
import { logSumExp } from './log-sum-exp.ts';
import { rowRange, zeros, type Matrix } from './matrix.ts';

const { onnx } = onnxProto;

export interface MatMulOptions {
  /** Uses aᵀ, or bᵀ, without forming it. */
  transposeA?: boolean;
  transposeB?: boolean;
  /** Added to every row of the product, [cols]. */
  bias?: Float64Array;
  /** Each row of the product becomes one number, ln Σ exp, and the product itself never leaves the runtime: [rows, 1]. */
  reduce?: 'log-sum-exp';
  /** Looked at between blocks of rows. */
  signal?: AbortSignal | undefined;
}

type Shape = Omit<MatMulOptions, 'signal'>;

export type MatMul = (a: Matrix, b: Matrix, options?: MatMulOptions) => Promise<Matrix>;

/** Multiply-adds below which typed arrays win. */
const SMALL_PRODUCT = 2 ** 16;
/** Multiply-adds of one session call: some tens of milliseconds, so that cancelling is prompt. */
const BLOCK_PRODUCT = 2 ** 30;

/** @param threads of the sessions; null leaves the choice to ONNX Runtime. */
export function createMatMul(threads: number | null = null): { multiply: MatMul; release(): Promise<void> } {
  const sessions = new Map<string, Promise<Session>>();
  const sessionFor = (shape: Shape): Promise<Session> => {
    const key = `${shape.transposeA},${shape.transposeB},${shape.bias !== undefined},${shape.reduce}`;
    let session = sessions.get(key);
    if (session === undefined) {
      session = createSession(productModel(shape), { threads });
      sessions.set(key, session);
    }
    return session;
  };

  const multiply: MatMul = async (a, b, { signal, ...shape } = {}) => {
    const { transposeA = false, transposeB = false, bias } = shape;
    const inner = transposeA ? a.rows : a.cols;
    const rows = transposeA ? a.cols : a.rows;
    const cols = transposeB ? b.rows : b.cols;
    if (inner !== (transposeB ? b.cols : b.rows)) throw new Error(`matrix product: ${inner} against ${b.rows} x ${b.cols}`);
    if (bias !== undefined && bias.length !== cols) throw new Error(`matrix product: bias of ${bias.length} for ${cols} columns`);
    if (rows * inner * cols <= SMALL_PRODUCT) return multiplyDense(a, b, shape);
    const session = await sessionFor(shape);
    const run = async (block: Matrix): Promise<Float64Array> => {
      signal?.throwIfAborted();
      const feeds = { a: tensorOf(block), b: tensorOf(b), ...(bias && { c: vectorOf(bias) }) };
      return (await session.run(feeds)).y.data as Float64Array;
    };
    const step = transposeA ? rows : Math.max(16, Math.floor(BLOCK_PRODUCT / (inner * cols)));
    const width = shape.reduce === undefined ? cols : 1;
    if (step >= rows) return { rows, cols: width, data: await run(a) };
    const out = zeros(rows, width);
    for (let from = 0; from < rows; from += step)
      out.data.set(await run(rowRange(a, from, Math.min(rows, from + step))), from * width);
    return out;
  };
  return {
    multiply,
    release: async () => {
      const open = [...sessions.values()];
      sessions.clear();
      await Promise.all(open.map(async (session) => (await session).release()));
    },
  };
}

function tensorOf({ rows, cols, data }: Matrix): TensorData {
  return { dtype: 'float64', shape: [rows, cols], data };
}

function vectorOf(data: Float64Array): TensorData {
  return { dtype: 'float64', shape: [data.length], data };
}

function productModel({ transposeA = false, transposeB = false, bias, reduce }: Shape): Uint8Array {
  const { DOUBLE } = onnx.TensorProto.DataType;
  const { INT, INTS } = onnx.AttributeProto.AttributeType;
  const value = (name: string, dims: string[]) => ({
    name,
    type: { tensorType: { elemType: DOUBLE, shape: { dim: dims.map((dimParam) => ({ dimParam })) } } },
  });
  const product = {
    opType: 'Gemm',
    input: bias === undefined ? ['a', 'b'] : ['a', 'b', 'c'],
    output: [reduce === undefined ? 'y' : 'product'],
    attribute: [
      { name: 'transA', type: INT, i: Number(transposeA) },
      { name: 'transB', type: INT, i: Number(transposeB) },
    ],
  };
  const reduction = {
    opType: 'ReduceLogSumExp',
    input: ['product'],
    output: ['y'],
    attribute: [{ name: 'axes', type: INTS, ints: [1] }],
  };
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'product',
      node: reduce === undefined ? [product] : [product, reduction],
      input: [value('a', ['ar', 'ac']), value('b', ['br', 'bc']), ...(bias === undefined ? [] : [value('c', ['cc'])])],
      output: [value('y', ['yr', 'yc'])],
    },
  });
  return onnx.ModelProto.encode(model).finish();
}

/** The product on typed arrays, in one go. */
export function multiplyDense(
  a: Matrix,
  b: Matrix,
  { transposeA = false, transposeB = false, bias, reduce }: Shape = {},
): Matrix {
  const inner = transposeA ? a.rows : a.cols;
  const out = zeros(transposeA ? a.cols : a.rows, transposeB ? b.rows : b.cols);
  const [aRow, aStep] = transposeA ? [1, a.cols] : [a.cols, 1];
  const [bStep, bCol] = transposeB ? [1, b.cols] : [b.cols, 1];
  for (let i = 0; i < out.rows; i++) {
    if (bias !== undefined) out.data.set(bias, i * out.cols);
    for (let k = 0; k < inner; k++) {
      const factor = a.data[i * aRow + k * aStep];
      const target = i * out.cols;
      for (let j = 0; j < out.cols; j++) out.data[target + j] += factor * b.data[k * bStep + j * bCol];
    }
  }
  if (reduce === undefined) return out;
  const { rows, cols, data } = out;
  return { rows, cols: 1, data: Float64Array.from({ length: rows }, (_, i) => logSumExp(data, i * cols, (i + 1) * cols)) };
}
