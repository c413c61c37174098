/**
 * Opens an evidence pack and checks it against itself: the seal over all its bytes, the manifest, every file's hash, both
 * roots, and that the tables say what the results say. Every finding names what was changed.
 */
import { createHash, hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import { parsePlan, type Plan } from '../../shared/plan.ts';
import { openZip, withFileSource, ZipError, type ByteSource, type ZipArchive } from '../archive/zip-reader.ts';
import { SEAL_BYTES, sealOf } from '../archive/zip-writer.ts';
import { contentKey } from '../pipeline/keys.ts';
import { readResults } from '../pipeline/load-run.ts';
import { metricsCsv } from '../report/metrics-csv.ts';
import type { Results } from '../../shared/results.ts';
import { merkleRoot } from './merkle.ts';
import type { InputImage } from './inputs.ts';
import { environmentSchema, fileLeaves, FILES, LIMITS, type Manifest, manifestSchema } from './pack.ts';

export interface Evidence {
  manifest: Manifest;
  plan: Plan;
  results: Results;
  scores: string;
  images: InputImage[];
  baseDir: string;
  provider: string;
}

/** The pack is not what it was when it was written. The message says where. */
export class TamperedError extends Error {}

/** Throws TamperedError, or E_INPUT when there is no such file. */
export async function openEvidence(file: string, signal?: AbortSignal): Promise<Evidence> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw new AppError('E_INPUT', `There is no evidence pack ${file}.`, { next: 'Check the path.' });
  }
  try {
    return await withFileSource(file, (source) => check(source, signal));
  } catch (error) {
    if (error instanceof ZipError || error instanceof SyntaxError) throw new TamperedError(error.message, { cause: error });
    throw error;
  }
}

async function check(source: ByteSource, signal?: AbortSignal): Promise<Evidence> {
  const zip = await openZip(source, LIMITS);
  // Files first: their findings say where a change is, the seal only that there is one.
  const { manifest, texts } = await checkFiles(zip, signal);
  if (!(await isSealed(source, zip, signal))) tampered('its bytes are not those that were sealed when it was written');
  const text = (name: string): string => texts.get(name) ?? tampered(`${name} is missing`);
  const lines = text(FILES.inputs).split('\n').slice(0, -1);
  if (merkleRoot(lines) !== manifest.inputsRoot) tampered('the lines of inputs.jsonl do not give the inputs root');
  const results = readResults(text(FILES.results));
  const planJson = JSON.parse(text(FILES.plan)) as unknown;
  const plan = parsePlan(planJson, FILES.plan);
  checkAgreement({ manifest, results, planJson, model: lines[0], metrics: text(FILES.metrics) });
  const environment = environmentSchema.safeParse(JSON.parse(text(FILES.environment)));
  if (!environment.success) tampered('environment.json is not as Oodlab writes it');
  const images = lines.slice(1).map((line) => JSON.parse(line) as InputImage);
  return { manifest, plan, results, scores: text(FILES.scores), images, ...environment.data };
}

async function isSealed(source: ByteSource, { comment }: ZipArchive, signal?: AbortSignal): Promise<boolean> {
  const seal = sealOf(comment);
  if (seal === null) return false;
  const sum = createHash('sha256');
  const end = source.size - SEAL_BYTES;
  const step = 4 * 1024 * 1024;
  for (let at = 0; at < end; at += step) {
    signal?.throwIfAborted();
    sum.update(await source.read(at, Math.min(step, end - at)));
  }
  return sum.digest('hex') === seal;
}

async function checkFiles(zip: ZipArchive, signal?: AbortSignal): Promise<{ manifest: Manifest; texts: Map<string, string> }> {
  const contents = new Map<string, Buffer>();
  for (const entry of zip.entries) {
    signal?.throwIfAborted();
    contents.set(entry.name, await zip.read(entry));
  }
  const packed = contents.get(FILES.manifest) ?? tampered('manifest.json is missing');
  const parsed = manifestSchema.safeParse(JSON.parse(packed.toString()));
  if (!parsed.success) tampered('manifest.json is not as Oodlab writes it');
  const manifest = parsed.data;
  for (const { path, bytes, sha256 } of manifest.files) {
    const content = contents.get(path) ?? tampered(`${path} is missing`);
    if (content.length !== bytes || hash('sha256', content) !== sha256)
      tampered(`${path} is not the file that manifest.json lists`);
  }
  const listed = new Set([FILES.manifest, ...manifest.files.map(({ path }) => path)]);
  for (const name of contents.keys()) if (!listed.has(name)) tampered(`${name} was added`);
  if (merkleRoot(fileLeaves(manifest.files)) !== manifest.filesRoot) tampered('the list of files does not give the files root');
  const known = new Set<string>(Object.values(FILES));
  const texts = [...contents]
    .filter(([name]) => known.has(name))
    .map(([name, bytes]): [string, string] => [name, bytes.toString()]);
  return { manifest, texts: new Map(texts) };
}

interface Agreement {
  manifest: Manifest;
  results: Results;
  /** As it stands there: a newer version adds defaults, and its hash would differ. */
  planJson: unknown;
  model: string | undefined;
  metrics: string;
}

/** One pack, one story: what stands in two files is the same in both. */
function checkAgreement({ manifest, results, planJson, model, metrics }: Agreement): void {
  const { hashes } = results;
  if (hashes.inputs !== manifest.inputsRoot) tampered('results.json and manifest.json name different inputs');
  if (model !== JSON.stringify({ model: hashes.model })) tampered('results.json and inputs.jsonl name different models');
  if (hashes.plan !== contentKey(planJson)) tampered('plan.json is not the plan that results.json is about');
  if (metrics !== metricsCsv(results)) tampered('metrics.csv does not hold the figures of results.json');
}

export function tampered(what: string): never {
  throw new TamperedError(what);
}
