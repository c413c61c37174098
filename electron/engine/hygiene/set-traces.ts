/** The traces of a sampled set in one piece: some 350 bytes an image. */
import type { CueId } from '../../shared/hygiene.ts';
import { CUES } from '../../shared/hygiene.ts';
import type { SampledSet } from '../pipeline/sampled-set.ts';
import type { SampleRepository } from '../storage/sample-repository.ts';
import { PRINT_BYTES } from './image-print.ts';
import { emptyTraces, TRACE, type Traces } from './image-trace.ts';

export interface SetTraces extends Traces {
  set: SampledSet;
  rows: number;
  labels: Int32Array;
  /** SHA-256 of the pixels, 32 bytes an image. */
  hashes: Uint8Array;
  ats: string[];
}

/** null: at least one chunk has none. */
export function readTraces(samples: SampleRepository, set: SampledSet): SetTraces | null {
  const { count } = set;
  const traces: SetTraces = {
    set,
    rows: count,
    labels: new Int32Array(count),
    hashes: new Uint8Array(32 * count),
    ats: [],
    ...emptyTraces(count),
  };
  let row = 0;
  for (const chunk of samples.traces(set.id)) {
    if (chunk.cues.length !== chunk.rows * TRACE || chunk.prints.length !== chunk.rows * PRINT_BYTES) return null;
    traces.cues.set(chunk.cues, row * TRACE);
    traces.prints.set(chunk.prints, row * PRINT_BYTES);
    traces.labels.set(chunk.labels, row);
    traces.hashes.set(chunk.hashes, 32 * row);
    for (const at of chunk.ats) traces.ats.push(at);
    row += chunk.rows;
  }
  return traces;
}

/** The known values of a cue. */
export function cueValues({ cues, rows }: SetTraces, cue: CueId): Float64Array {
  const column = CUES.indexOf(cue);
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    const value = cues[row * TRACE + column];
    if (!Number.isNaN(value)) values.push(value);
  }
  return Float64Array.from(values);
}
