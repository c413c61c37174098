/**
 * Dense float64 products. Large ones run on ONNX Runtime (a one-node Gemm in double, which uses every core), small
 * ones on typed arrays, where a session call would cost more than the product. Covariance, PCA and the detectors take
 * the `MatMul` they are given; one instance, with its sessions, belongs to one process.
 */
import onnxProto from 'onnx-proto';
import { createSession, type Session } from '../runtime/session.ts';
import { rowRange, zeros, type Matrix } from './matrix.ts';

const { onnx } = onnxProto;

export interface MatMulOptions {
  /** Uses aᵀ, or bᵀ, without forming it. */
  transposeA?: boolean;
  transposeB?: boolean;
  /** Looked at between blocks of rows. */
  signal?: AbortSignal | undefined;
}

export type MatMul = (a: Matrix, b: Matrix, options?: MatMulOptions) => Promise<Matrix>;

/** Multiply-adds below which typed arrays win. */
const SMALL_PRODUCT = 2 ** 16;
/** Multiply-adds of one session call: some tens of milliseconds, so that cancelling is prompt. */
const BLOCK_PRODUCT = 2 ** 30;

/** @param threads of the sessions; null leaves the choice to ONNX Runtime. */
export function createMatMul(threads: number | null = null): { multiply: MatMul; release(): Promise<void> } {
  const sessions = new Map<string, Promise<Session>>();
  const sessionFor = (transposeA: boolean, transposeB: boolean): Promise<Session> => {
    const key = `${transposeA},${transposeB}`;
    let session = sessions.get(key);
    if (session === undefined) {
      session = createSession(gemmModel(transposeA, transposeB), { threads });
      sessions.set(key, session);
    }
    return session;
  };

  const multiply: MatMul = async (a, b, { transposeA = false, transposeB = false, signal } = {}) => {
    const inner = transposeA ? a.rows : a.cols;
    const rows = transposeA ? a.cols : a.rows;
    const cols = transposeB ? b.rows : b.cols;
    if (inner !== (transposeB ? b.cols : b.rows)) throw new Error(`matrix product: ${inner} against ${b.rows} x ${b.cols}`);
    if (rows * inner * cols <= SMALL_PRODUCT) return multiplyDense(a, b, { transposeA, transposeB });
    const session = await sessionFor(transposeA, transposeB);
    const step = transposeA ? rows : Math.max(16, Math.floor(BLOCK_PRODUCT / (inner * cols)));
    if (step >= rows) {
      signal?.throwIfAborted();
      return { rows, cols, data: await run(session, a, b) };
    }
    const out = zeros(rows, cols);
    for (let from = 0; from < rows; from += step) {
      signal?.throwIfAborted();
      out.data.set(await run(session, rowRange(a, from, Math.min(rows, from + step)), b), from * cols);
    }
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

async function run(session: Session, a: Matrix, b: Matrix): Promise<Float64Array> {
  const { y } = await session.run({ a: tensorOf(a), b: tensorOf(b) });
  return y.data as Float64Array;
}

function tensorOf({ rows, cols, data }: Matrix) {
  return { dtype: 'float64', shape: [rows, cols], data };
}

function gemmModel(transposeA: boolean, transposeB: boolean): Uint8Array {
  const { DOUBLE } = onnx.TensorProto.DataType;
  const { INT } = onnx.AttributeProto.AttributeType;
  const value = (name: string, dims: string[]) => ({
    name,
    type: { tensorType: { elemType: DOUBLE, shape: { dim: dims.map((dimParam) => ({ dimParam })) } } },
  });
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'product',
      node: [
        {
          opType: 'Gemm',
          input: ['a', 'b'],
          output: ['y'],
          attribute: [
            { name: 'transA', type: INT, i: Number(transposeA) },
            { name: 'transB', type: INT, i: Number(transposeB) },
          ],
        },
      ],
      input: [value('a', ['ar', 'ac']), value('b', ['br', 'bc'])],
      output: [value('y', ['yr', 'yc'])],
    },
  });
  return onnx.ModelProto.encode(model).finish();
}

/** The product on typed arrays, in one go. */
export function multiplyDense(
  a: Matrix,
  b: Matrix,
  { transposeA = false, transposeB = false }: Pick<MatMulOptions, 'transposeA' | 'transposeB'> = {},
): Matrix {
  const inner = transposeA ? a.rows : a.cols;
  const out = zeros(transposeA ? a.cols : a.rows, transposeB ? b.rows : b.cols);
  const [aRow, aStep] = transposeA ? [1, a.cols] : [a.cols, 1];
  const [bStep, bCol] = transposeB ? [1, b.cols] : [b.cols, 1];
  for (let i = 0; i < out.rows; i++) {
    for (let k = 0; k < inner; k++) {
      const factor = a.data[i * aRow + k * aStep];
      const target = i * out.cols;
      for (let j = 0; j < out.cols; j++) out.data[target + j] += factor * b.data[k * bStep + j * bCol];
    }
  }
  return out;
}
