/** What a bench leaves, schema `oodlab.bench/1`: the machine by name, and rows of what was measured against its target. */
import { availableParallelism, cpus, totalmem } from 'node:os';
import '../runtime/no-telemetry.ts';
import * as ort from 'onnxruntime-node';
import type { BenchSize } from './bench-options.ts';

export type Unit = 'x' | 's' | 'MB' | 'images/s' | 'GFLOP/s' | 'nats' | 'share' | 'AUROC';

export interface Target {
  /** Whether the measured value may be at most, or must be at least, this; or between this and `upTo`. */
  bound: 'most' | 'least' | 'within';
  value: number;
  upTo?: number;
}

export interface BenchRow {
  id: string;
  what: string;
  measured: number;
  unit: Unit;
  /** null: shown for information. */
  target: Target | null;
  /** null without a target. */
  met: boolean | null;
  /** The times or sizes behind the value. */
  note: string;
}

export interface Machine {
  cpu: string;
  cores: number;
  /** Of every session in the bench. */
  threads: number;
  memoryGb: number;
  platform: string;
  node: string;
  onnxruntime: string;
}

export interface BenchReport {
  schema: 'oodlab.bench/1';
  size: BenchSize;
  machine: Machine;
  seconds: number;
  rows: BenchRow[];
}

export const atMost = (value: number): Target => ({ bound: 'most', value });
export const atLeast = (value: number): Target => ({ bound: 'least', value });

export const within = (value: number, upTo: number): Target => ({ bound: 'within', value, upTo });

function meets(measured: number, { bound, value, upTo = Infinity }: Target): boolean {
  if (bound === 'most') return measured <= value;
  return measured >= value && (bound === 'least' || measured <= upTo);
}

/** A row with its verdict. A value that is not a number meets nothing. */
export function benchRow(row: Omit<BenchRow, 'met' | 'target' | 'note'> & { target?: Target | null; note?: string }): BenchRow {
  const { target = null, note = '', measured } = row;
  const met = target === null ? null : meets(measured, target);
  return { ...row, target, met, note };
}

export function describeMachine(threads: number): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    threads,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    onnxruntime: ort.env.versions.common,
  };
}
