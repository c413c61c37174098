/** The jobs for a cluster: bash and a JSON reader take them as they are meant, whatever stands in a path. */
import { execFileSync } from 'node:child_process';
import { Job } from 'kubernetes-models/batch/v1';
import { expect, test } from 'vitest';
import { kubernetesJob } from '../../../electron/engine/cluster/kubernetes.ts';
import { slurmScript } from '../../../electron/engine/cluster/slurm.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const folder = `${tempFolder()}/it's $HOME`;
// A stand-in for oodlab that prints its arguments, a line each.
const job = { oodlab: ['printf', '%s\n'], plan: `${folder}/a plan.json`, folder, shards: 4 };
const expected = (index: number): string[] => [
  'run',
  job.plan,
  '--shard',
  `${index}/4`,
  '--project',
  `${folder}/shard-${index}.oodlab`,
];

test('a Slurm task runs its shard of N, also when it is the only one submitted again', () => {
  const script = slurmScript(job);
  expect(script).toContain('#SBATCH --array=1-4\n');
  const env = { ...process.env, SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_COUNT: '1' };
  expect(execFileSync('bash', ['-s'], { input: script, env, encoding: 'utf8' }).trim().split('\n')).toEqual(expected(3));
});

test('a pod runs the shard of its completion index', () => {
  const manifest = JSON.parse(kubernetesJob({ ...job, image: 'registry/oodlab:1', claim: 'work', mount: folder })) as {
    apiVersion: string;
    kind: string;
    spec: {
      completions: number;
      completionMode: string;
      template: { spec: { restartPolicy: string; containers: { image: string; command: string[] }[] } };
    };
  };
  expect(manifest).toMatchObject({ apiVersion: 'batch/v1', kind: 'Job', spec: { completions: 4, completionMode: 'Indexed' } });
  const [{ image, command }] = manifest.spec.template.spec.containers;
  expect(image).toBe('registry/oodlab:1');
  const env = { ...process.env, JOB_COMPLETION_INDEX: '0' };
  expect(execFileSync(command[0], command.slice(1), { env, encoding: 'utf8' }).trim().split('\n')).toEqual(expected(1));
});

test("the manifest is a Job by Kubernetes' own schema, which refuses a wrong type and a missing field", () => {
  const text = kubernetesJob({ ...job, image: 'registry/oodlab:1', claim: 'work', mount: folder });
  const check = (change: (manifest: ManifestParts) => void): void => {
    const manifest = JSON.parse(text) as ManifestParts;
    change(manifest);
    new Job(manifest as never).validate();
  };
  expect(() => check(() => undefined)).not.toThrow();
  expect(() => check(({ spec }) => (spec.completions = '4'))).toThrow();
  expect(() => check(({ spec }) => delete spec.template)).toThrow();
});

type ManifestParts = { spec: Record<string, unknown> };
