/** Samples one shard of a plan into a project of its own. Fitting and figures wait for the merged project. */
import type { RunPlanOptions } from '../pipeline/run-plan.ts';
import { openModel } from '../onnx/open-model.ts';
import { contentKey } from '../pipeline/keys.ts';
import { withAbsolutePaths } from '../pipeline/resolve-plan.ts';
import { sampleSets } from '../pipeline/sample-sets.ts';
import { chunkEntries } from '../pipeline/sample-stage.ts';
import { type Shard, shardStarts } from '../pipeline/shard.ts';
import { storageErrors } from '../storage/open-project.ts';
import { dropShardCard, keepShardCard, type ShardCard } from './shard-card.ts';

export type RunShardOptions = Omit<RunPlanOptions, 'seeds' | 'noise' | 'onStarted'> & { shard: Shard };

/** May be stopped anywhere and repeated: what is committed is kept. */
export async function runShard(options: RunShardOptions): Promise<ShardCard> {
  const { file, project, shard } = options;
  const plan = withAbsolutePaths(file);
  storageErrors(project.file, () => dropShardCard(project));
  const { info, sets, ladder = [] } = await sampleSets({ ...options, plan });
  const all = [...sets, ...ladder];
  const starts = shardStarts(
    all.map(({ entries }) => entries),
    chunkEntries(info),
    shard,
  );
  const card: ShardCard = {
    schema: 'oodlab.shard/1',
    ...shard,
    planHash: contentKey(file.plan),
    modelSha256: (await openModel(plan.model.path)).sha256,
    provider: info.provider,
    batchSize: info.batchSize,
    sets: all.map(({ set, sha256, key, entries }, i) => ({
      name: set.name,
      sha256,
      key,
      spec: project.samples.specOf(key),
      total: entries,
      starts: [...starts[i]],
    })),
  };
  storageErrors(project.file, () => keepShardCard(project, card));
  return card;
}
