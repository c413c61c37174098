/** What an evidence pack holds: names, manifest (schema `oodlab.evidence/1`), tolerance, and the caps for reading one. */
import { z } from 'zod';
import type { ZipLimits } from '../archive/zip-reader.ts';

export const FILES = {
  manifest: 'manifest.json',
  plan: 'plan.json',
  results: 'results.json',
  metrics: 'metrics.csv',
  scores: 'scores.csv',
  inputs: 'inputs.jsonl',
  environment: 'environment.json',
  log: 'log.txt',
  readme: 'README.txt',
} as const;

export const LIMITS: ZipLimits = { entries: 1000, entryBytes: 1.5e9, totalBytes: 4e9 };

/**
 * What a re-run may differ by. Batch size, threads and provider change the last bits of a network (measured on the demo:
 * scores by less than 1e-5 of their value). Figures may also move by the rank of one image.
 */
export const TOLERANCE = { score: 1e-4, figure: 1e-3 };

const hex = z.string().regex(/^[0-9a-f]{64}$/);

export const manifestSchema = z.strictObject({
  schema: z.literal('oodlab.evidence/1'),
  oodlab: z.string(),
  /** When the run ended: the same run gives the same pack, whenever it is exported. */
  date: z.string(),
  name: z.string(),
  tolerance: z.strictObject({ score: z.number().positive(), figure: z.number().positive() }),
  /** Merkle root over the lines of inputs.jsonl. */
  inputsRoot: hex,
  /** Merkle root over `files`, each leaf the JSON text of [path, bytes, sha256]. */
  filesRoot: hex,
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int().min(0), sha256: hex })).max(LIMITS.entries),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type PackedFile = Manifest['files'][number];

export const environmentSchema = z.looseObject({
  /** Folder that the plan's paths were relative to. */
  baseDir: z.string(),
  provider: z.string(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
});

export function fileLeaves(files: readonly PackedFile[]): string[] {
  return files.map(({ path, bytes, sha256 }) => JSON.stringify([path, bytes, sha256]));
}

export const README = `This is an evidence pack of Oodlab: everything that an evaluation said, and the means to check it.

  manifest.json      SHA-256 of every other file here, their Merkle root, the root over the inputs, the tolerance
  plan.json          the evaluation plan as it was run, every default written out
  results.json       every figure with its interval, hashes, warnings; metrics.csv: the same figures as a table
  scores.csv         every image: set, index, place, SHA-256 of its pixels, label, prediction, scores, thresholds, alarms
  inputs.jsonl       one line of JSON for the model and for every image, rejected ones too, with its SHA-256
  environment.json   versions, processor, provider, and the folder that the plan's paths were relative to
  log.txt            when it ran, how long each stage took, every warning
  report.pdf, monitor/monitor.json   the report and the card of the exported monitor, if they were made

To check it:   oodlab verify evidence.zip --data FOLDER
First the pack itself is checked, then the evaluation is run again from the original images and model, and every figure is
compared within the tolerance that manifest.json states.

The roots are Merkle tree hashes of RFC 6962 (leaf: SHA-256 of 0x00 and the line without its newline; node: SHA-256 of 0x01,
left, right). The archive's comment is the SHA-256 of every byte in front of it.

What this protects against: a change of any byte of the pack, by accident or by editing one of its files, is noticed; so is
another model, a changed, missing or added image. What it does not: there is no signature. Whoever can replace the whole pack can make
a consistent one with other content. Compare the inputs root with the one on the cover of a report that you trust, or keep the
SHA-256 of evidence.zip in a place of your own.
`;
