/**
 * Writes evidence.zip of a finished run (fresh or from loadRun): last of all outputs, so that the report and the monitor
 * card can lie in it. The same run and attachments give the same bytes.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { OnProgress } from '../../shared/domain.ts';
import { VERSION } from '../../shared/version.ts';
import { writeZip, type ZipPart } from '../archive/zip-writer.ts';
import type { FinishedRun } from '../pipeline/run-plan.ts';
import { metricsCsv } from '../report/metrics-csv.ts';
import { scoresCsv } from '../report/scores-csv.ts';
import { makeFolder } from '../storage/make-folder.ts';
import { sqliteError } from '../storage/open-project.ts';
import { translateWriteError } from '../report/write-results.ts';
import type { RunHead } from '../storage/run-repository.ts';
import { inputLines } from './inputs.ts';
import { merkleRoot } from './merkle.ts';
import { fileLeaves, FILES, type Manifest, type PackedFile, README, TOLERANCE } from './pack.ts';

export const EVIDENCE_FILE = 'evidence.zip';

export interface WriteEvidenceOptions {
  run: FinishedRun;
  /** Folder that evidence.zip is written to, and that `attachments` are relative to. */
  out: string;
  /** Files that were written for this run before: report.pdf, monitor/monitor.json. */
  attachments?: readonly string[];
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
}

export interface WrittenEvidence {
  file: string;
  inputsRoot: string;
  filesRoot: string;
}

/** Throws E_DISK_FULL or E_INPUT with the folder's name, E_CANCELLED. */
export async function writeEvidence(options: WriteEvidenceOptions): Promise<WrittenEvidence> {
  const { run, out, attachments = [], signal, onProgress } = options;
  const file = path.join(out, EVIDENCE_FILE);
  const writer = new PackParts(options);
  let done = 0;
  const total = Object.keys(FILES).length + attachments.length;
  const onPart = (item: string): void =>
    onProgress?.({ stage: 'evidence', done: ++done, total, item, rate: null, etaSeconds: null });
  try {
    makeFolder(out);
    await writeZip(file, writer.parts(), { signal, onPart });
  } catch (error) {
    throw translateWriteError(sqliteError(error, run.project.file), out);
  }
  return { file, ...writer.roots() };
}

/** The entries one after the other; each is hashed while it is written, the manifest comes last. */
class PackParts {
  private readonly run: FinishedRun;
  private readonly options: WriteEvidenceOptions;
  private readonly head: RunHead;
  private readonly files: PackedFile[] = [];

  constructor(options: WriteEvidenceOptions) {
    this.options = options;
    this.run = options.run;
    this.head = this.run.project.runs.list().find(({ id }) => id === this.run.id)!;
  }

  async *parts(): AsyncGenerator<ZipPart> {
    const { run, head } = this;
    const { out, attachments = [] } = this.options;
    yield this.hashed(FILES.readme, [README]);
    yield this.hashed(FILES.plan, [pretty(head.plan)]);
    yield this.hashed(FILES.results, [pretty(run.results)]);
    yield this.hashed(FILES.metrics, [metricsCsv(run.results)]);
    yield this.hashed(FILES.environment, [pretty(environment(run, head))]);
    yield this.hashed(FILES.log, [logText(run, head)]);
    for (const name of attachments) yield this.hashed(name, [await readFile(path.join(out, name))]);
    yield this.hashed(FILES.scores, scoresCsv(run));
    yield this.hashed(FILES.inputs, this.inputLines());
    yield { name: FILES.manifest, content: [pretty(this.manifest())] };
  }

  roots(): { inputsRoot: string; filesRoot: string } {
    const { inputsRoot, filesRoot } = this.manifest();
    return { inputsRoot, filesRoot };
  }

  private *inputLines(): Generator<string> {
    const { project, roles, results } = this.run;
    for (const line of inputLines(results.hashes.model, roles.sets, project.samples)) yield `${line}\n`;
  }

  private hashed(name: string, content: Iterable<string | Uint8Array>): ZipPart {
    const { files } = this;
    function* pass(): Generator<string | Uint8Array> {
      const hash = createHash('sha256');
      let bytes = 0;
      for (const piece of content) {
        hash.update(piece);
        bytes += Buffer.byteLength(piece);
        yield piece;
      }
      files.push({ path: name, bytes, sha256: hash.digest('hex') });
    }
    return { name, content: pass() };
  }

  private manifest(): Manifest {
    const { results, roles, project } = this.run;
    const inputsRoot = merkleRoot(inputLines(results.hashes.model, roles.sets, project.samples));
    return {
      schema: 'oodlab.evidence/1',
      oodlab: VERSION,
      date: this.head.endedAt ?? this.head.startedAt,
      name: results.plan.name,
      tolerance: TOLERANCE,
      inputsRoot,
      filesRoot: merkleRoot(fileLeaves(this.files)),
      files: this.files,
    };
  }
}

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function environment({ results, baseDir }: FinishedRun, { startedAt, endedAt }: RunHead): Record<string, unknown> {
  return { ...results.environment, baseDir, startedAt, endedAt };
}

function logText({ results, project, id }: FinishedRun, { startedAt, endedAt, state }: RunHead): string {
  const stages = results.timing.map(
    ({ stage, set, images, seconds }) =>
      `stage ${stage}${set === undefined ? '' : ` of ${set}`}: ${images} images, ${seconds.toFixed(3)} s`,
  );
  const lines = [
    `${startedAt} run ${id} started`,
    ...stages,
    ...project.runs.logLines(id).map(({ at, level, message }) => `${at} ${level} ${message}`),
    ...results.warnings.map(({ code, message }) => `warning ${code}: ${message}`),
    `${endedAt ?? ''} run ${id} ${state}`,
  ];
  return `${lines.join('\n')}\n`;
}
