/**
 * A finished run as the results views ask about it: configurations by name, the sets that are shown with their colours,
 * and what the chunks say of each image. Read once and kept while the run is looked at.
 */
import type { Role } from '../../../shared/domain.ts';
import type { ConfigId } from '../../../shared/app/contract.ts';
import { AppError } from '../../../shared/errors.ts';
import type { PlanDataset } from '../../../shared/plan.ts';
import { predictions } from '../../baselines/logit-scores.ts';
import { softmax } from '../../linalg/log-sum-exp.ts';
import type { ScoredConfig } from '../../pipeline/evaluate-stage.ts';
import type { ScoredPart } from '../../pipeline/roles.ts';
import type { FinishedRun } from '../../pipeline/run-plan.ts';
import type { Chunk } from '../../storage/sample-repository.ts';

export interface ShownSet {
  name: string;
  role: Role;
  /** Its place among the OoD sets of the plan, null for in-distribution. */
  oodIndex: number | null;
  part: ScoredPart;
}

/** What is known of the scored images of a set, in the order of their scores. */
export interface ImageRows {
  /** Entry numbers in the set. */
  indices: Int32Array;
  ats: string[];
  /** -1: none. */
  labels: Int32Array;
  /** SHA-256 of the pixels, as latin1 text: the same image, the same text. */
  hashes: string[];
  /** null without logits. */
  predicted: Int32Array | null;
  probability: Float64Array | null;
}

export class ShownRun {
  readonly run: FinishedRun;
  readonly sets: ShownSet[];
  private readonly rows = new Map<string, ImageRows>();

  constructor(run: FinishedRun) {
    this.run = run;
    let ood = 0;
    const measured = run.roles.parts.filter(({ role }) => role === 'test' || role === 'ood');
    this.sets = measured.map((part) => ({
      name: part.set.set.name,
      role: part.role,
      oodIndex: part.role === 'ood' ? ood++ : null,
      part,
    }));
  }

  /** Throws E_INPUT when the run has no such configuration. */
  config({ detector, pca }: ConfigId): ScoredConfig {
    const found = this.run.scored.find((entry) => entry.id === detector && entry.pca === pca);
    if (found !== undefined) return found;
    throw new AppError('E_INPUT', `Run ${this.run.id} has no ${detector}${pca === null ? '' : ` with PCA ${pca}`}.`, {
      next: 'Choose a detector that this run was made with.',
    });
  }

  /** Throws E_INPUT when the run measured no such set. */
  set(name: string): ShownSet {
    const found = this.sets.find((set) => set.name === name);
    if (found !== undefined) return found;
    throw new AppError('E_INPUT', `Run ${this.run.id} measured no set "${name}".`, { next: 'Choose another set.' });
  }

  dataset(name: string): PlanDataset {
    return this.set(name).part.set.set;
  }

  images(name: string): ImageRows {
    let rows = this.rows.get(name);
    if (rows === undefined) {
      rows = readRows(this.run, this.set(name).part);
      this.rows.set(name, rows);
    }
    return rows;
  }

  /** Name of a class: of the set itself, of the in-distribution test images, or its number. */
  className(name: string | null, label: number): string {
    const own = name === null ? null : this.set(name).part.set.classNames;
    const classes = own ?? this.sets.find(({ role }) => role === 'test')?.part.set.classNames ?? null;
    return classes?.[label] ?? String(label);
  }
}

function readRows({ project }: FinishedRun, { set, keep }: ScoredPart): ImageRows {
  const indices: number[] = [];
  const labels: number[] = [];
  const predicted: number[] = [];
  const probability: number[] = [];
  const rows: Pick<ImageRows, 'ats' | 'hashes'> = { ats: [], hashes: [] };
  let position = 0;
  let withLogits = true;
  for (const chunk of project.samples.chunks(set.id)) {
    const best = chunk.logitDim === 0 ? null : bestOf(chunk);
    withLogits &&= best !== null;
    for (let r = 0; r < chunk.rows; r++) {
      if (keep !== null && keep[position + r] === 0) continue;
      indices.push(chunk.indices[r]);
      labels.push(chunk.labels[r]);
      rows.ats.push(chunk.ats[r]);
      rows.hashes.push(Buffer.from(chunk.hashes.subarray(32 * r, 32 * r + 32)).toString('latin1'));
      if (best === null) continue;
      predicted.push(best.classes[r]);
      probability.push(best.probability(r));
    }
    position += chunk.rows;
  }
  return {
    ...rows,
    indices: Int32Array.from(indices),
    labels: Int32Array.from(labels),
    predicted: withLogits ? Int32Array.from(predicted) : null,
    probability: withLogits ? Float64Array.from(probability) : null,
  };
}

function bestOf({ rows, logitDim, logits }: Chunk): { classes: Int32Array; probability: (row: number) => number } {
  const data = Float64Array.from(logits);
  const classes = predictions({ rows, cols: logitDim, data });
  return { classes, probability: (row) => softmax(data.subarray(row * logitDim, (row + 1) * logitDim))[classes[row]] };
}
