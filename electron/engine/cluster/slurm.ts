/**
 * A Slurm array script: one task a shard. A task that is requeued runs the same command and goes on from what it saved. The
 * number of shards stands in the script: SLURM_ARRAY_TASK_COUNT is smaller when some tasks are submitted again.
 */
import { shellLine, shellWord } from './shell.ts';

export interface ClusterJob {
  /** Words that start Oodlab on a machine of the cluster. */
  oodlab: readonly string[];
  /** Absolute paths, on a file system that all machines see. */
  plan: string;
  folder: string;
  shards: number;
}

export function slurmScript({ oodlab, plan, folder, shards }: ClusterJob): string {
  return `#!/bin/bash
#SBATCH --job-name=oodlab
#SBATCH --array=1-${shards}
#SBATCH --ntasks=1
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail
folder=${shellWord(folder)}
mkdir -p "$folder"
exec ${shellLine([...oodlab, 'run', plan])} \\
  --shard "$SLURM_ARRAY_TASK_ID/${shards}" --project "$folder/shard-$SLURM_ARRAY_TASK_ID.oodlab"
`;
}

/** The command that joins the shards. */
export function mergeLine({ oodlab, folder, shards }: Omit<ClusterJob, 'plan'>): string {
  const files = Array.from({ length: shards }, (_, i) => `${folder}/shard-${i + 1}.oodlab`);
  return shellLine([...oodlab, 'merge', ...files, '--project', `${folder}/project.oodlab`]);
}

/** The command that evaluates what was joined. */
export function evaluateLine({ oodlab, plan, folder }: Omit<ClusterJob, 'shards'>): string {
  return shellLine([...oodlab, 'run', plan, '--project', `${folder}/project.oodlab`, '--out', folder]);
}
