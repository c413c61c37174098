/**
 * Runs every golden file of a folder through the product's own functions (command `conformance`). Any folder in the
 * golden format works: other seeds, other sizes. A topic without a check is listed as not built yet, never hidden.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { createMatMul } from '../linalg/matmul.ts';
import { TOPICS } from './topics.ts';
import { Check, type GoldenFile, type TopicContext } from './types.ts';

export interface TopicResult {
  topic: string;
  file: string;
  status: 'passed' | 'failed' | 'not built yet' | 'unreadable';
  cases: number;
  /** Numbers compared. */
  values: number;
  worstAbs: number;
  /** Over values above 1e-6. */
  worstRel: number;
  /** The file's own tolerance, as text. */
  tolerance: string;
  /** Parts of a passed topic that are not built yet. */
  notBuilt: string[];
  /** The first few, with the case they belong to. */
  failures: string[];
}

/** @throws E_INPUT when the folder cannot be read or holds no *.json file; E_CANCELLED. */
export async function runConformance(dir: string, options: { signal?: AbortSignal } = {}): Promise<TopicResult[]> {
  let names: string[];
  try {
    names = (await readdir(dir)).filter((name) => name.endsWith('.json')).sort();
  } catch (error) {
    throw new AppError('E_INPUT', `Cannot read the folder ${dir}.`, {
      next: 'Give a folder of golden *.json files.',
      cause: error,
    });
  }
  if (names.length === 0) {
    throw new AppError('E_INPUT', `${dir} holds no *.json file.`, { next: 'Give a folder of golden *.json files.' });
  }
  const matmul = createMatMul();
  try {
    const results: TopicResult[] = [];
    for (const file of names) results.push(await runFile(dir, file, { matmul: matmul.multiply, signal: options.signal }));
    return results;
  } finally {
    await matmul.release();
  }
}

async function runFile(dir: string, file: string, shared: Omit<TopicContext, 'tolerance'>): Promise<TopicResult> {
  const result: TopicResult = {
    topic: path.basename(file, '.json'),
    file,
    status: 'unreadable',
    cases: 0,
    values: 0,
    worstAbs: 0,
    worstRel: 0,
    tolerance: '',
    notBuilt: [],
    failures: [],
  };
  let golden: GoldenFile;
  try {
    golden = parseGolden(await readFile(path.join(dir, file), 'utf8'));
  } catch (error) {
    return { ...result, failures: [messageOf(error)] };
  }
  result.topic = golden.topic;
  result.cases = golden.cases.length;
  result.tolerance = toleranceText(golden.tolerance);
  const run = Object.hasOwn(TOPICS, golden.topic) ? TOPICS[golden.topic] : undefined;
  if (run === undefined) return { ...result, status: 'not built yet' };

  const check = new Check();
  const context: TopicContext = { ...shared, tolerance: (name) => toleranceOf(golden, name) };
  for (const entry of golden.cases) {
    shared.signal?.throwIfAborted();
    check.startCase(entry.name);
    try {
      await run(entry, check, context);
    } catch (error) {
      check.fail(messageOf(error));
    }
  }
  if (check.values === 0) check.fail('no value was compared');
  return {
    ...result,
    status: check.failed === 0 ? 'passed' : 'failed',
    values: check.values,
    worstAbs: check.worstAbs,
    worstRel: check.worstRel,
    notBuilt: [...check.missing],
    failures: check.failures,
  };
}

function parseGolden(text: string): GoldenFile {
  const value = JSON.parse(text) as Partial<GoldenFile> | null;
  if (typeof value?.topic !== 'string' || !Array.isArray(value.cases)) {
    throw new Error('not a golden file: it lacks "topic" or "cases"');
  }
  return { topic: value.topic, tolerance: value.tolerance ?? {}, cases: value.cases };
}

function toleranceOf({ tolerance }: GoldenFile, name: string): number {
  const value = tolerance[name];
  if (typeof value !== 'number') throw new Error(`the file states no tolerance "${name}"`);
  return value;
}

function toleranceText(tolerance: Record<string, unknown>): string {
  return Object.entries(tolerance)
    .filter(([, value]) => typeof value === 'number')
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
