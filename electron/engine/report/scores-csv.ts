/**
 * scores.csv: one row for each image that got a score, streamed chunk by chunk. Rows stand in the order of the plan's
 * sets and of the images in them, whatever order they were computed in.
 */
import { predictions } from '../baselines/logit-scores.ts';
import { isAlarm } from '../metrics/threshold.ts';
import { configName } from '../pipeline/detector-configs.ts';
import type { ScoredConfig } from '../pipeline/evaluate-stage.ts';
import type { FinishedRun } from '../pipeline/run-plan.ts';
import type { ScoredPart } from '../pipeline/roles.ts';
import type { Chunk, SampleRepository } from '../storage/sample-repository.ts';
import { csvText, type Cell } from './csv.ts';

export function* scoresCsv({ project, roles, scored }: Omit<FinishedRun, 'id'>): Generator<string> {
  const names = scored.map(configName);
  const columns = names.flatMap((name) => [`${name} score`, `${name} threshold`, `${name} alarm`]);
  yield csvText([['set', 'role', 'index', 'at', 'sha256', 'label', 'prediction', ...columns]]);
  for (const part of roles.parts) yield* partRows(project.samples, part, scored);
}

function* partRows(samples: SampleRepository, part: ScoredPart, scored: readonly ScoredConfig[]): Generator<string> {
  const { set, keep, role } = part;
  const scores = scored.map((config) => config.scores.get(set.set.name)!);
  let position = 0;
  let row = 0;
  for (const chunk of samples.chunks(set.id)) {
    const predicted =
      chunk.logitDim === 0
        ? null
        : predictions({ rows: chunk.rows, cols: chunk.logitDim, data: Float64Array.from(chunk.logits) });
    const lines: Cell[][] = [];
    for (let r = 0; r < chunk.rows; r++) {
      if (keep !== null && keep[position + r] === 0) continue;
      const cells = scored.flatMap(({ threshold }, i): Cell[] => [
        scores[i][row],
        threshold.value,
        isAlarm(scores[i][row], threshold),
      ]);
      lines.push([
        set.set.name,
        role,
        chunk.indices[r],
        chunk.ats[r],
        hashOf(chunk, r),
        labelOf(chunk, r, set.classNames),
        predicted?.[r] ?? null,
        ...cells,
      ]);
      row++;
    }
    position += chunk.rows;
    if (lines.length > 0) yield csvText(lines);
  }
}

function hashOf({ hashes }: Chunk, row: number): string {
  return Buffer.from(hashes.buffer, hashes.byteOffset + 32 * row, 32).toString('hex');
}

function labelOf({ labels }: Chunk, row: number, classNames: readonly string[] | null): Cell {
  const label = labels[row];
  return label < 0 ? null : (classNames?.[label] ?? label);
}
