/** What a finished shard keeps about itself in its project, so that a merge can tell whether it belongs to the others. */
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { Project } from '../storage/open-project.ts';

const ShardCard = z.object({
  schema: z.literal('oodlab.shard/1'),
  index: z.number(),
  of: z.number(),
  planHash: z.string(),
  modelSha256: z.string(),
  provider: z.string(),
  batchSize: z.number(),
  sets: z.array(
    z.object({
      name: z.string(),
      /** Of the images, and the content key of everything that makes their vectors. */
      sha256: z.string(),
      key: z.string(),
      /** JSON that was hashed into the key. */
      spec: z.string(),
      total: z.number(),
      /** Starts of all chunks of the set that this shard holds. */
      starts: z.array(z.number()),
    }),
  ),
});

export type ShardCard = z.infer<typeof ShardCard>;

const KIND = 'shard';

export function keepShardCard({ artifacts }: Project, card: ShardCard): void {
  artifacts.putJson(KIND, 'card', card);
}

/** While a shard is sampled it has no card: a killed one is not taken for a finished one. */
export function dropShardCard({ artifacts }: Project): void {
  artifacts.putJson(KIND, 'card', null);
}

/** Throws E_INPUT for a project that is no finished shard. */
export function shardCard({ artifacts, file }: Project): ShardCard {
  const read = ShardCard.safeParse(artifacts.json(KIND, 'card'));
  if (read.success) return read.data;
  throw new AppError('E_INPUT', `${file} is not a finished shard.`, {
    next: 'Run its shard again with the same command: it goes on from what was saved.',
  });
}
