/** Topic linalg: eigen-decomposition, pseudo-inverse, log-sum-exp, streamed moments. */
import { EPS, largestMagnitude, pinvh, symmetricEigen } from '../linalg/eigen.ts';
import { logSoftmax, logSumExp, maxSoftmax, softmax } from '../linalg/log-sum-exp.ts';
import { rowRange, type Matrix } from '../linalg/matrix.ts';
import { addBlock, covariance, emptyMoments } from '../linalg/moments.ts';
import { byKind } from './sampling.ts';
import { matrixOf, numberOf, numbersOf, type Check, type GoldenCase, type TopicCheck } from './types.ts';

const KINDS: Record<string, TopicCheck> = {
  eigh(golden, check, context) {
    const eigen = symmetricEigen(matrixOf(golden.matrix));
    const norm = numberOf(golden.norm);
    check.close('eigenvalues', eigen.values, golden.eigenvalues, { rtol: 0, atol: 1e-12 * norm });
    for (const group of golden.groups as Record<string, unknown>[]) {
      const got = projector(eigen.vectors, numberOf(group.first), numberOf(group.count));
      check.close('projector', got, group.projector, { rtol: 0, atol: context.tolerance('projector_tol') });
    }
  },
  pinvh(golden, check) {
    const eigen = symmetricEigen(matrixOf(golden.matrix));
    const relative = golden.rtol_cutoff === null ? eigen.values.length * EPS : numberOf(golden.rtol_cutoff);
    const cutoff = numberOf(golden.atol_cutoff) + relative * largestMagnitude(eigen.values);
    const wanted = numbersOf(golden.out);
    const rtol = numberOf(golden.rtol);
    check.close('pseudo-inverse', pinvh(eigen, cutoff).data, wanted, { rtol, atol: rtol * largestMagnitude(wanted) });
  },
  logsumexp(golden, check, context) {
    const tolerance = { rtol: context.tolerance('rtol'), atol: 1e-15 };
    for (const row of golden.rows as Record<string, unknown>[]) {
      const x = numbersOf(row.x);
      check.close('log-sum-exp', logSumExp(x), row.logsumexp, tolerance);
      check.close('softmax', softmax(x), row.softmax, tolerance);
      check.close('largest probability', maxSoftmax(x), Math.max(...numbersOf(row.softmax)), tolerance);
      check.close('log-softmax', logSoftmax(x), row.log_softmax, tolerance);
    }
  },
  async moments(golden, check, context) {
    const data = matrixOf(golden.data);
    const moments = emptyMoments(data.cols);
    let from = 0;
    for (const size of numbersOf(golden.batches)) {
      await addBlock(moments, rowRange(data, from, from + size), context.matmul);
      from += size;
    }
    meansAgree(moments.mean, golden, check);
    covariancesAgree(covariance(moments, 0), golden.covariance_ddof0, golden, check);
    covariancesAgree(covariance(moments, 1), golden.covariance_ddof1, golden, check);
  },
};

export const linalgTopic: TopicCheck = (golden, check, context) => byKind(KINDS, golden, check, context);

function projector({ rows, cols, data }: Matrix, first: number, count: number): Float64Array {
  const out = new Float64Array(rows * rows);
  for (let j = first; j < first + count; j++)
    for (let r = 0; r < rows; r++) for (let c = 0; c < rows; c++) out[r * rows + c] += data[r * cols + j] * data[c * cols + j];
  return out;
}

function meansAgree(mean: Float64Array, golden: GoldenCase, check: Check): void {
  const wanted = numbersOf(golden.mean);
  const within = numbersOf(golden.mean_atol);
  mean.forEach((value, j) => check.close(`mean ${j}`, value, wanted[j], { rtol: 0, atol: within[j] }));
}

/** Entry by entry, scaled by the two columns' deviations; constant columns absolutely. */
function covariancesAgree(got: Matrix, want: unknown, golden: GoldenCase, check: Check): void {
  const wanted = numbersOf(want);
  const constant = new Set(numbersOf(golden.constant_columns));
  const n = got.cols;
  const deviation = Float64Array.from({ length: n }, (_, j) => Math.sqrt(wanted[j * n + j]));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const scaled = numberOf(golden.covariance_scaled_tol) * deviation[i] * deviation[j];
      const atol = constant.has(i) || constant.has(j) ? numberOf(golden.constant_tol) : scaled;
      check.close(`covariance ${i},${j}`, got.data[i * n + j], wanted[i * n + j], {
        rtol: 0,
        atol: Number.isNaN(atol) ? 0 : atol,
      });
    }
  }
}
