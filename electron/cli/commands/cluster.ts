/** `oodlab cluster PLAN`: a Slurm array script or a Kubernetes manifest that samples the plan in shards. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { kubernetesJob } from '../../engine/cluster/kubernetes.ts';
import { evaluateLine, mergeLine, slurmScript } from '../../engine/cluster/slurm.ts';
import { readPlan } from '../../engine/pipeline/resolve-plan.ts';
import { parseShard } from '../../engine/pipeline/shard.ts';
import { makeFolder } from '../../engine/storage/make-folder.ts';
import { AppError } from '../../shared/errors.ts';
import type { AddCommand } from '../command.ts';
import { EXIT, print } from '../output.ts';

interface Options {
  slurm?: boolean;
  kubernetes?: boolean;
  shards: string;
  out: string;
  image: string;
  claim: string;
}

export const clusterCommand: AddCommand = (program, act) => {
  program
    .command('cluster')
    .description('write a job for a cluster: its scheduler runs the shards, then merge joins them')
    .argument('<plan>', 'a plan file, schema oodlab.plan/1')
    .option('--slurm', 'a Slurm array script, DIR/oodlab.sbatch')
    .option('--kubernetes', 'a Kubernetes Indexed Job, DIR/oodlab-job.json')
    .option('--shards <n>', 'number of shards', '4')
    .option('--out <dir>', 'folder for the job, the shards and the results, which every machine sees', 'oodlab-results')
    .option('--image <name>', 'Kubernetes: container image that has the command oodlab', 'oodlab')
    .option('--claim <name>', 'Kubernetes: volume claim that appears at the folder of the plan', 'oodlab')
    .action(act((_signal, plan: string, options: Options) => writeJob(plan, options)));
};

async function writeJob(planFile: string, { slurm = false, kubernetes = false, ...options }: Options): Promise<number> {
  if (slurm === kubernetes) {
    throw new AppError('E_INPUT', 'Which cluster the job is for is not said.', {
      next: 'Add --slurm or --kubernetes, one of them.',
    });
  }
  const { baseDir } = await readPlan(planFile);
  const plan = path.resolve(planFile);
  const folder = path.resolve(options.out);
  const { of: shards } = parseShard(`1/${options.shards}`);
  const inside = path.relative(baseDir, folder);
  if (kubernetes && (inside.startsWith('..') || path.isAbsolute(inside))) {
    throw new AppError('E_INPUT', `The folder ${folder} is not on the volume, which appears at ${baseDir}.`, {
      next: 'Name a folder inside that of the plan with --out.',
    });
  }
  // On Slurm the machines share this file system and what is installed on it; a container has a command of its own.
  const installed = process.env.OODLAB_COMMAND;
  const oodlab = installed === undefined ? [process.execPath, path.resolve(process.argv[1])] : [installed];
  const here = { oodlab, plan, folder, shards };
  const text = slurm
    ? slurmScript(here)
    : kubernetesJob({ ...here, oodlab: ['oodlab'], image: options.image, claim: options.claim, mount: baseDir });
  const file = path.join(folder, slurm ? 'oodlab.sbatch' : 'oodlab-job.json');
  makeFolder(folder);
  await writeFile(file, text);
  print(slurm ? `sbatch ${file}` : `kubectl apply -f ${file}`);
  process.stderr.write(`Written to ${file}. When all shards are done:\n  ${mergeLine(here)}\n  ${evaluateLine(here)}\n`);
  return EXIT.done;
}
