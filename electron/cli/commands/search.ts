/** `oodlab search PLAN`: many hooks and settings in one pass, ranked on the select sets; the choice is written into a plan. */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import { readPlan, withAbsolutePaths } from '../../engine/pipeline/resolve-plan.ts';
import type { SearchJob } from '../../engine/preflight/job.ts';
import { sourceOf } from '../../engine/dataset/set-source.ts';
import { AppError } from '../../shared/errors.ts';
import { formats } from '../../shared/format.ts';
import type { Plan, PlanDataset } from '../../shared/plan.ts';
import { cellChoice, SEARCH_IMAGES, triedCandidates, usualGrid, searched, type SearchView } from '../../shared/search.ts';
import { inspectInProcess } from '../../workers/process-sampler.ts';
import { ProcessPreflight } from '../../workers/process-preflight.ts';
import type { AddCommand } from '../command.ts';
import { EXIT, print, table } from '../output.ts';
import { ProgressLine } from '../progress-line.ts';

interface SearchOptions {
  out?: string;
  images: number;
  drops?: number[];
  blocks?: number[];
  hooks?: string;
  json?: boolean;
}

export const searchCommand: AddCommand = (program, act) => {
  program
    .command('search')
    .description('try many hooks, drop probabilities and block sizes in one pass, ranked on the select sets')
    .argument('<plan>', 'a plan file, schema oodlab.plan/1, with an OoD set of the role select')
    .option('--out <file>', 'write the plan with the best of them, and how many were tried, to this file')
    .option('--images <n>', 'images of each set', imagesOf, SEARCH_IMAGES.usual)
    .option('--drops <list>', 'drop probabilities, as "0.3,0.5"; default: 0.3, 0.5, 0.7 and that of the plan', shares)
    .option('--blocks <list>', 'block sizes, as "3,5"; default: 3, 5, 7 and that of the plan', sizes)
    .option('--hooks <list>', 'tensors, as inspect names them; default: the best 12 of a quick look at all')
    .option('--json', 'as data')
    .action(act(search));
};

async function search(signal: AbortSignal, file: string, options: SearchOptions): Promise<number> {
  const plan = await readPlan(file);
  const job = await jobOf(withAbsolutePaths(plan), options, signal);
  const line = new ProgressLine();
  const inference = new ProcessPreflight();
  const started = performance.now();
  try {
    const onProgress = (done: number, total: number): void => {
      const rate = done / ((performance.now() - started) / 1000);
      line.show({ stage: 'search', done, total, rate, etaSeconds: done < total / 20 ? null : (total - done) / rate });
    };
    const view = await inference.search(job, onProgress, signal);
    line.end();
    if (options.out !== undefined) {
      const { selection } = plan.plan;
      const chosen = { ...plan.plan, ...cellChoice(plan.plan, view.cells[0]), selection: searched(selection, view) };
      await writePlan(options.out, chosen, plan.baseDir);
    }
    print(options.json === true ? JSON.stringify(view, null, 2) : describe(view, options.out));
    return EXIT.done;
  } finally {
    line.end();
    await inference.close();
  }
}

async function jobOf(plan: Plan, options: SearchOptions, signal: AbortSignal): Promise<SearchJob> {
  const ind = plan.datasets.find(({ role }) => role === 'fit')!;
  const ood = plan.datasets.filter(({ role, side }) => role === 'select' && side !== 'ind');
  if (ood.length === 0) {
    throw new AppError('E_INPUT', 'A search needs an OoD set with the role "select", and this plan has none.', {
      next: 'Give one that role, or derive one from an in-distribution set: test and OoD test sets are for measuring alone.',
    });
  }
  const info = await inspectInProcess(plan.model.path, signal);
  const wanted = options.hooks?.split(',').map((name) => name.trim());
  const unknown = wanted?.find((name) => !info.hooks.some(({ label, tensors }) => label === name || tensors[0] === name));
  if (unknown !== undefined) {
    throw new AppError('E_INPUT', `--hooks: the model has no hook point "${unknown}".`, {
      next: 'oodlab inspect MODEL --all lists them.',
    });
  }
  const usual = usualGrid(plan.sampling);
  return {
    model: plan.model,
    sampling: plan.sampling,
    threads: plan.runtime.threads ?? availableParallelism(),
    hooks: info.hooks.filter(({ label, tensors }) => wanted?.some((name) => label === name || tensors[0] === name) ?? true),
    ind: jobSet(ind),
    ood: ood.map(jobSet),
    images: options.images,
    drops: options.drops ?? usual.drops,
    blocks: options.blocks ?? usual.blocks,
  };
}

const jobSet = (set: PlanDataset): SearchJob['ind'] => ({ name: set.name, ...sourceOf(set) });

/** Paths in a plan are relative to its folder, and that may be another one now. */
async function writePlan(out: string, plan: Plan, baseDir: string): Promise<void> {
  const moved = (file: string): string => {
    const relative = path.relative(path.dirname(path.resolve(out)), path.resolve(baseDir, file));
    return relative.split(path.sep).join('/');
  };
  const datasets = plan.datasets.map((set) => ({ ...set, path: moved(set.path) }));
  const written = { ...plan, model: { ...plan.model, path: moved(plan.model.path) }, datasets };
  try {
    await writeFile(out, `${JSON.stringify(written, null, 2)}\n`);
  } catch (cause) {
    throw new AppError('E_INPUT', `The plan ${out} cannot be written.`, { next: 'Check the folder and its rights.', cause });
  }
}

/** A heat map in figures: a line for each hook, a column for each setting. */
function describe(view: SearchView, out: string | undefined): string {
  const f = formats('en');
  const { drops, blocks, cells, ind, ood, unrated } = view;
  const columns = drops.flatMap((dropProb) =>
    (blocks.length === 0 ? [null] : blocks).map((blockSize) => ({ dropProb, blockSize })),
  );
  const labels = [...new Set(cells.map(({ label }) => label))];
  const rows = labels.map((label) => [
    label,
    ...columns.map(({ dropProb, blockSize }) => {
      const cell = cells.find(
        (one) => one.label === label && one.dropProb === dropProb && (one.blockSize === null || one.blockSize === blockSize),
      );
      if (cell === undefined) return '';
      return `${f.area(cell.auroc.value)}${cell === cells[0] ? ' <' : cell.tied ? ' =' : cell.rating === 'avoid' ? ' x' : ''}`;
    }),
  ]);
  const head = columns.map(({ dropProb, blockSize }) => `p ${dropProb}${blockSize === null ? '' : ` b ${blockSize}`}`);
  const [best] = cells;
  const tied = cells.filter((cell) => cell.tied).length - 1;
  const setting = `drop probability ${best.dropProb}${best.blockSize === null ? '' : `, block size ${best.blockSize}`}`;
  return [
    table(['hook', ...head], rows),
    '',
    'AUROC of LaRED without PCA, mean over the select sets. < best; = not told apart from it (paired DeLong, Holm, 5 %); x pre-flight would avoid it.',
    `${ind.images} ${ind.set} images, each scored by the others, against ${ood.map(({ set, images }) => `${images} ${set}`).join(', ')}.`,
    ...unrated.map(({ label, reason }) => `not rated  ${label}: ${reason}`),
    '',
    `Best of ${triedCandidates(view)} candidates: ${best.label}, ${setting}, AUROC ${f.areaEstimate(best.auroc)}; ${tied} others are not told apart from it. ` +
      'Chosen as the best of many, this figure is optimistic; the test sets tell.',
    ...(out === undefined ? [] : [`Written with this hook and setting: ${out}`]),
  ].join('\n');
}

function imagesOf(text: string): number {
  const value = Number(text);
  const { least, most } = SEARCH_IMAGES;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
}

function shares(text: string): number[] {
  return list(text, (value) => value > 0 && value < 1, 'between 0 and 1');
}

function sizes(text: string): number[] {
  return list(text, (value) => Number.isInteger(value) && value >= 1 && value <= 4096, 'whole, from 1 to 4096');
}

function list(text: string, isFine: (value: number) => boolean, what: string): number[] {
  const values = text.split(',').map(Number);
  if (values.length > 8 || !values.every(isFine)) throw new InvalidArgumentError(`It must be up to 8 numbers, each ${what}.`);
  return [...new Set(values)].sort((a, b) => a - b);
}
