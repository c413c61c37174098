/**
 * Golden files as data, and the collector that compares against them. A topic's check calls the product's own
 * functions on a case and hands what they return to `Check`; it never computes an expected value itself.
 * Format: NUMERICS section 0.
 */
import type { MatMul } from '../linalg/matmul.ts';
import type { Matrix } from '../linalg/matrix.ts';

export interface GoldenCase {
  name: string;
  kind?: string;
  [field: string]: unknown;
}

export interface GoldenFile {
  topic: string;
  tolerance: Record<string, unknown>;
  cases: GoldenCase[];
}

export interface TopicContext {
  /** The file's tolerance entry of that name. Throws if it is absent, so that no comparison is made without one. */
  tolerance(name: string): number;
  matmul: MatMul;
  signal: AbortSignal | undefined;
}

/** Runs one case. Throwing fails the case. */
export type TopicCheck = (golden: GoldenCase, check: Check, context: TopicContext) => void | Promise<void>;

export interface Tolerance {
  rtol: number;
  atol: number;
}

const SHOWN_FAILURES = 5;

/** Counts compared values and keeps the worst errors and the first failures of one topic. */
export class Check {
  values = 0;
  failed = 0;
  worstAbs = 0;
  worstRel = 0;
  readonly failures: string[] = [];
  /** Parts of the topic that the product has no function for yet. */
  readonly missing = new Set<string>();
  private caseName = '';

  startCase(name: string): void {
    this.caseName = name;
  }

  /** |got - want| <= atol + rtol |want|, element by element; NaN equals NaN, infinities equal themselves. */
  close(label: string, got: number | ArrayLike<number>, want: unknown, { rtol, atol }: Tolerance): void {
    const actual = typeof got === 'number' ? [got] : got;
    const expected = numbersOf(want);
    if (actual.length !== expected.length) {
      this.fail(`${label}: ${actual.length} values for ${expected.length}`);
      return;
    }
    let bad = 0;
    let first = -1;
    for (let i = 0; i < expected.length; i++) {
      if (this.within(actual[i], expected[i], { rtol, atol })) continue;
      bad++;
      if (first < 0) first = i;
    }
    if (bad > 0) {
      this.fail(
        `${label}: ${bad} of ${expected.length} out of tolerance, first [${first}] ${actual[first]} for ${expected[first]}`,
        bad,
      );
    }
  }

  /** Exactly equal plain data. */
  same(label: string, got: unknown, want: unknown): void {
    this.values++;
    if (JSON.stringify(got) !== JSON.stringify(want)) {
      this.fail(`${label}: ${JSON.stringify(got)?.slice(0, 80)} for ${JSON.stringify(want)?.slice(0, 80)}`);
    }
  }

  /** Names a part that later work builds; shown beside the topic, never hidden. */
  notBuilt(part: string): void {
    this.missing.add(part);
  }

  fail(message: string, count = 1): void {
    this.failed += count;
    if (this.failures.length < SHOWN_FAILURES) this.failures.push(`[${this.caseName}] ${message}`);
  }

  private within(got: number, want: number, { rtol, atol }: Tolerance): boolean {
    this.values++;
    if (got === want || (Number.isNaN(got) && Number.isNaN(want))) return true;
    const error = Math.abs(got - want);
    if (!Number.isFinite(error)) return false;
    if (Math.abs(want) < 1e30) this.worstAbs = Math.max(this.worstAbs, error);
    if (Math.abs(want) > 1e-6) this.worstRel = Math.max(this.worstRel, error / Math.abs(want));
    return error <= atol + rtol * Math.abs(want);
  }
}

/** A golden scalar: non-finite ones are written as strings. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  throw new Error(`not a golden number: ${JSON.stringify(value)?.slice(0, 80)}`);
}

interface GoldenArray {
  shape: number[];
  data: unknown[];
}

function isArray(value: unknown): value is GoldenArray {
  return typeof value === 'object' && value !== null && 'shape' in value && 'data' in value;
}

/** Numbers of a golden array, list or scalar, row-major. */
export function numbersOf(value: unknown): Float64Array {
  if (value instanceof Float64Array) return value;
  if (isArray(value)) return Float64Array.from(value.data, numberOf);
  if (Array.isArray(value)) return Float64Array.from(value, numberOf);
  return Float64Array.of(numberOf(value));
}

export function shapeOf(value: unknown): number[] {
  if (!isArray(value)) throw new Error('not a golden array');
  return value.shape;
}

/** A golden array as a matrix: the last axis gives the columns. */
export function matrixOf(value: unknown): Matrix {
  const shape = shapeOf(value);
  const cols = shape.length === 1 ? shape[0] : shape.slice(1).reduce((a, b) => a * b, 1);
  return { rows: shape.length === 1 ? 1 : shape[0], cols, data: numbersOf(value) };
}
