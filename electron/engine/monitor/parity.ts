/**
 * The exported file on every image that was measured, against the scores of the evaluation. A difference above the
 * limit, or a decision that flips away from the threshold, means that the file is not the monitor that was evaluated.
 */
import { AppError } from '../../shared/errors.ts';
import type { MonitorCard } from '../../shared/monitor-card.ts';
import { isAlarm, type Threshold } from '../metrics/threshold.ts';
import type { ScoredConfig } from '../pipeline/evaluate-stage.ts';
import type { StageProgress } from '../pipeline/progress.ts';
import type { ScoredPart } from '../pipeline/roles.ts';
import type { SampleRepository } from '../storage/sample-repository.ts';
import type { MonitorAnswers, MonitorRunner } from './run-monitor.ts';

export const PARITY_LIMIT = 1e-4;

export type Parity = Pick<MonitorCard['parity'], 'images' | 'sets' | 'maxRelativeDifference' | 'limit' | 'flipped'>;

export interface ParityOptions {
  runner: MonitorRunner;
  parts: readonly ScoredPart[];
  scored: ScoredConfig;
  samples: SampleRepository;
  batchSize: number;
  progress: StageProgress;
  signal?: AbortSignal | undefined;
}

/** Throws E_INTERNAL with the image where the file and the evaluation part. */
export async function checkParity(options: ParityOptions): Promise<Parity> {
  const parity: Parity = { images: 0, sets: [], maxRelativeDifference: 0, limit: PARITY_LIMIT, flipped: 0 };
  for (const part of options.parts) {
    await checkPart(part, options, parity);
    parity.sets.push(part.set.set.name);
  }
  return parity;
}

async function checkPart({ set }: ScoredPart, options: ParityOptions, parity: Parity): Promise<void> {
  const { runner, scored, batchSize, progress, signal } = options;
  const { name } = set.set;
  const scores = scored.scores.get(name)!;
  const rows = rowOfEntry(options.samples, set.id);
  for (let from = 0; from < set.entries; from += batchSize) {
    signal?.throwIfAborted();
    const to = Math.min(from + batchSize, set.entries);
    const request = { set: name, from, to };
    const next = to < set.entries ? { set: name, from: to, to: Math.min(to + batchSize, set.entries) } : undefined;
    const answers = await runner.answers(next === undefined ? request : { ...request, next }, signal);
    compare(answers, { name, rows, scores, threshold: scored.threshold, expected: countIn(rows, from, to) }, parity);
    progress.advance(to - from, name);
  }
}

/** Row of each accepted entry of a set. */
function rowOfEntry(samples: SampleRepository, setId: number): Map<number, number> {
  const rows = new Map<number, number>();
  for (const { indices } of samples.chunkHeads(setId)) for (const index of indices) rows.set(index, rows.size);
  return rows;
}

function countIn(rows: ReadonlyMap<number, number>, from: number, to: number): number {
  let count = 0;
  for (let index = from; index < to; index++) if (rows.has(index)) count++;
  return count;
}

interface Expected {
  name: string;
  rows: ReadonlyMap<number, number>;
  scores: Float64Array;
  threshold: Threshold;
  /** Images among these entries that the evaluation scored. */
  expected: number;
}

function compare(answers: MonitorAnswers, { name, rows, scores, threshold, expected }: Expected, parity: Parity): void {
  let compared = 0;
  answers.indices.forEach((index, at) => {
    const where = `${name}, ${answers.ats[at]}`;
    const accepted = answers.inDistribution[at] === 1;
    const row = rows.get(index);
    if (row === undefined) {
      // The evaluation rejected values that are not finite; the monitor must raise its alarm on them.
      if (accepted) throw disagrees(`it accepts an image that the evaluation rejected (${where})`);
      return;
    }
    compared++;
    const wanted = scores[row];
    const difference = relative(answers.scores[at], wanted);
    if (!(difference <= PARITY_LIMIT)) {
      throw disagrees(`it scores ${answers.scores[at]} where the evaluation scored ${wanted} (${where})`);
    }
    parity.maxRelativeDifference = Math.max(parity.maxRelativeDifference, difference);
    if (accepted !== isAlarm(wanted, threshold)) return;
    if (!(relative(wanted, threshold.value) <= PARITY_LIMIT)) throw disagrees(`it decides otherwise (${where})`);
    parity.flipped++;
  });
  if (compared !== expected) throw disagrees(`it answered for ${compared} of ${expected} images (${name})`);
  parity.images += compared;
}

/** Scores near 0 are measured against 1: a nat, or one squared standard deviation. */
function relative(value: number, reference: number): number {
  return Math.abs(value - reference) / Math.max(1, Math.abs(reference));
}

function disagrees(how: string): AppError {
  return new AppError('E_INTERNAL', `The exported monitor does not agree with the evaluation: ${how}. Nothing was written.`, {
    next: 'Evaluate on the CPU with the provider "cpu" and export again; if it stays so, report it with the model.',
  });
}
