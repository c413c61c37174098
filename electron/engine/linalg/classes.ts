/** Rows by their class labels: means, and rows with the mean of their own class taken off. */
import { zeros, type Matrix } from './matrix.ts';
import { columnMeans } from './moments.ts';

/** Rows whose label is `wanted`, copied. */
export function rowsOfClass(rows: Matrix, labels: Int32Array, wanted: number): Matrix {
  const at = Array.from(labels.keys()).filter((r) => labels[r] === wanted);
  const out = zeros(at.length, rows.cols);
  at.forEach((r, i) => out.data.set(rows.data.subarray(r * rows.cols, (r + 1) * rows.cols), i * rows.cols));
  return out;
}

/** [classes, D]; a class without rows is NaN. */
export function classMeans(rows: Matrix, labels: Int32Array, classes: number): Matrix {
  const out = zeros(classes, rows.cols);
  for (let c = 0; c < classes; c++) {
    const own = rowsOfClass(rows, labels, c);
    if (own.rows === 0) out.data.fill(NaN, c * rows.cols, (c + 1) * rows.cols);
    else out.data.set(columnMeans(own), c * rows.cols);
  }
  return out;
}

/** Rows minus the mean of their class, copied; rows with a label outside [0, classes) are left out. */
export function withinClass(rows: Matrix, labels: Int32Array, means: Matrix): Matrix {
  const { cols } = rows;
  const inside = Array.from(labels.keys()).filter((r) => labels[r] >= 0 && labels[r] < means.rows);
  const out = zeros(inside.length, cols);
  inside.forEach((r, i) => {
    for (let j = 0; j < cols; j++) out.data[i * cols + j] = rows.data[r * cols + j] - means.data[labels[r] * cols + j];
  });
  return out;
}
