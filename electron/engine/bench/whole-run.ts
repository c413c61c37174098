/**
 * Whole evaluations of made-up images, through the same pipeline, project file and inference process as any run: how
 * memory behaves as a set grows, and how soon a changed plan is answered from stored vectors.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parsePlan, type Plan, type PlanDataset } from '../../shared/plan.ts';
import { runPlan, type FinishedRun } from '../pipeline/run-plan.ts';
import { openProject, type Project } from '../storage/open-project.ts';
import { atMost, benchRow, type BenchRow } from './bench-report.ts';
import { type PartOptions, PROMISED } from './bench-options.ts';
import { median, secondsOf } from './measure.ts';
import { ResidentWatch } from './resident-size.ts';
import { SMALL_NET_FEATURES, SMALL_NET_HOOK, smallNet } from './small-net.ts';
import { writeNoiseIdx } from './synthetic-set.ts';

export const MEMORY_TARGET_MB = 1500;
export const GROWTH_TARGET = 1.1;
export const LATENCY_TARGET = 1;

/** Shares of the images that are evaluated again, and how they look. The other images only make the set large. */
const SETS = [
  { name: 'fit', role: 'fit', share: 0.5, contrast: 1 },
  { name: 'test', role: 'test', share: 0.25, contrast: 1 },
  { name: 'faded', role: 'ood', share: 0.25, contrast: 0.6 },
] as const;

export async function wholeRun(options: PartOptions): Promise<BenchRow[]> {
  const { effort, folder, onStep } = options;
  onStep(`writing ${effort.images.toLocaleString('en')} images`);
  const plan = await writeSyntheticPlan(options);
  const project = openProject(path.join(folder, 'synthetic.oodlab'));
  try {
    onStep(`evaluating ${effort.images.toLocaleString('en')} images`);
    const rows = await memoryRows(plan, project, options);
    onStep(`changing the plan of ${effort.reevaluated.toLocaleString('en')} stored images`);
    return [...rows, ...(await reevaluationRows(plan, project, options))];
  } finally {
    project.close();
  }
}

/** Writes model and images. @returns a plan for all of them; its last set holds what is not evaluated again. */
export async function writeSyntheticPlan({ effort, folder, threads }: PartOptions): Promise<Plan> {
  await writeFile(path.join(folder, 'small.onnx'), smallNet());
  const datasets: Pick<PlanDataset, 'name' | 'role' | 'path'>[] = [];
  const add = async (name: string, role: PlanDataset['role'], count: number, contrast: number): Promise<void> => {
    const file = path.join(folder, `${name}-images-idx3-ubyte`);
    await writeNoiseIdx(file, count, { stream: datasets.length, contrast });
    datasets.push({ name, role, path: file });
  };
  for (const { name, role, share, contrast } of SETS) await add(name, role, Math.round(share * effort.reevaluated), contrast);
  await add('rest', 'ood', effort.images - effort.reevaluated, 0.8);
  return parsePlan({
    schema: 'oodlab.plan/1',
    name: 'synthetic images',
    model: { path: path.join(folder, 'small.onnx'), preprocess: { color: 'gray' } },
    hook: { tensor: SMALL_NET_HOOK },
    sampling: { blockSize: 3 },
    datasets,
    pca: [null, 16],
    runtime: { provider: 'cpu', threads },
  });
}

type RunWith = Pick<PartOptions, 'openSamplers' | 'threads' | 'signal'>;

export function run(plan: Plan, project: Project, options: RunWith, onSampled?: (done: number) => void): Promise<FinishedRun> {
  return runPlan({
    file: { plan, baseDir: '/' },
    project,
    openSamplers: options.openSamplers,
    processes: 1,
    threads: options.threads,
    signal: options.signal,
    onProgress: ({ stage, done }) => {
      if (stage === 'sample') onSampled?.(done);
    },
  });
}

async function memoryRows(plan: Plan, project: Project, options: PartOptions): Promise<BenchRow[]> {
  const { images } = options.effort;
  const watch = new ResidentWatch(options.inferencePids);
  try {
    const marks = [0.25, 0.5, 1];
    const peaks: number[] = [];
    const { results } = await run(plan, project, options, (done) => {
      while (peaks.length < marks.length && done >= marks[peaks.length] * images) peaks.push(watch.take() / 1e6);
    });
    const behind = watch.take() / 1e6;
    const sampling = results.timing.filter(({ stage }) => stage === 'sample').reduce((sum, { seconds }) => sum + seconds, 0);
    const seen = process.platform === 'linux' ? 'all processes' : 'this process only';
    const promised = images >= PROMISED.images;
    return [
      benchRow({
        id: 'memory.peak',
        what: `peak resident size, ${images.toLocaleString('en')} images, ${seen}`,
        measured: Math.max(...peaks, behind),
        unit: 'MB',
        target: promised ? atMost(MEMORY_TARGET_MB) : null,
        note: `${peaks.map((peak, i) => `${peak.toFixed(0)} to ${(marks[i] * images).toLocaleString('en')}`).join(', ')}; then ${behind.toFixed(0)}`,
      }),
      benchRow({
        id: 'memory.growth',
        what: '  second half of the images / second quarter',
        measured: peaks[2] / peaks[1],
        unit: 'x',
        target: promised ? atMost(GROWTH_TARGET) : null,
      }),
      benchRow({ id: 'memory.rate', what: 'small network with sampling', measured: images / sampling, unit: 'images/s' }),
    ];
  } finally {
    watch.stop();
  }
}

/** Each change is a whole run, from reading the files' hashes to the figures with their intervals. */
async function reevaluationRows(plan: Plan, project: Project, options: PartOptions): Promise<BenchRow[]> {
  const { reevaluated, changes } = options.effort;
  let current: Plan = { ...plan, datasets: plan.datasets.slice(0, SETS.length), detectors: ['larem'] };
  await run(current, project, options);
  const seconds: Record<'pca' | 'detector' | 'threshold', number[]> = { pca: [], detector: [], threshold: [] };
  const change = async (kind: keyof typeof seconds, to: Partial<Plan>): Promise<void> => {
    current = { ...current, ...to };
    seconds[kind].push(await secondsOf(() => run(current, project, options)));
  };
  for (let i = 0; i < changes; i++) {
    await change('pca', { detectors: ['larem'], pca: [null, 20 + i] });
    await change('detector', { detectors: ['lared'], pca: i === 0 ? [null, 20] : [20 + i] });
    await change('threshold', { threshold: { rule: 'conformal', falseAlarm: 0.01 * (i + 1) } });
  }
  const what = { pca: 'another PCA size', detector: 'another detector', threshold: 'another threshold' };
  return (Object.keys(seconds) as (keyof typeof seconds)[]).map((kind) =>
    benchRow({
      id: `reevaluation.${kind}`,
      what: `${what[kind]}, ${reevaluated.toLocaleString('en')} x ${SMALL_NET_FEATURES} stored entropies`,
      measured: Math.max(...seconds[kind]),
      unit: 's',
      target: reevaluated >= PROMISED.reevaluated ? atMost(LATENCY_TARGET) : null,
      note: `slowest of ${changes}, median ${median(seconds[kind]).toFixed(2)} s`,
    }),
  );
}
