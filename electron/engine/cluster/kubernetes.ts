/**
 * A Kubernetes Indexed Job: one pod a shard, on one volume claim that holds plan, model, images and shards. JSON, which
 * kubectl takes as it takes YAML. A pod that is lost is started again for its index and goes on from what was saved.
 */
import { shellLine } from './shell.ts';
import type { ClusterJob } from './slurm.ts';

export interface KubernetesJob extends ClusterJob {
  /** Container image that has Oodlab. */
  image: string;
  /** Name of the volume claim, and the folder it appears at. */
  claim: string;
  mount: string;
}

const RETRIES = 3;

export function kubernetesJob({ oodlab, plan, folder, shards, image, claim, mount }: KubernetesJob): string {
  const index = '$((JOB_COMPLETION_INDEX + 1))';
  const script = [
    `shard=${index}`,
    `mkdir -p ${shellLine([folder])}`,
    `exec ${shellLine([...oodlab, 'run', plan])} --shard "$shard/${shards}" --project ${shellLine([folder])}"/shard-$shard.oodlab"`,
  ].join('\n');
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'oodlab' },
    spec: {
      completions: shards,
      parallelism: shards,
      completionMode: 'Indexed',
      backoffLimitPerIndex: RETRIES,
      template: {
        spec: {
          restartPolicy: 'Never',
          containers: [
            { name: 'shard', image, command: ['/bin/sh', '-ec', script], volumeMounts: [{ name: 'work', mountPath: mount }] },
          ],
          volumes: [{ name: 'work', persistentVolumeClaim: { claimName: claim } }],
        },
      },
    },
  };
  return `${JSON.stringify(job, null, 2)}\n`;
}
