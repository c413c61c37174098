/**
 * Joins the projects of all shards of a plan into one, which then stands as if one machine had sampled everything. Nothing
 * is written before every shard has been held against the others.
 */
import { AppError } from '../../shared/errors.ts';
import { openProject, type Project, storageErrors } from '../storage/open-project.ts';
import { shardCard, type ShardCard } from './shard-card.ts';

export interface ShardFile {
  file: string;
  card: ShardCard;
}

/**
 * @param files projects of the shards, in any order. @param target project to write; merging again changes nothing.
 * @returns the shards in their order. Throws E_INPUT when they are not the whole of one plan.
 */
export function mergeShards(files: readonly string[], target: string, signal?: AbortSignal): ShardFile[] {
  const shards = files.map((file) => withProject(file, (project) => ({ file: project.file, card: shardCard(project) })));
  shards.sort((a, b) => a.card.index - b.card.index);
  checkTogether(shards);
  const merged = openProject(target);
  try {
    for (const shard of shards) withProject(shard.file, (project) => copyShard(project, shard.card, merged, signal));
  } finally {
    merged.close();
  }
  return shards;
}

function withProject<T>(file: string, use: (project: Project) => T): T {
  const project = openProject(file, { mustExist: true });
  try {
    return use(project);
  } finally {
    project.close();
  }
}

/** One plan, one model, the same images, the same conditions; every shard there once. */
function checkTogether(shards: readonly ShardFile[]): void {
  const [first] = shards;
  for (const shard of shards) checkAlike(shard, first);
  for (const [i, { file, card }] of shards.entries()) {
    if (i > 0 && shards[i - 1].card.index === card.index) {
      throw refuse(`${shards[i - 1].file} and ${file} both hold shard ${card.index}/${card.of}.`, 'Name each shard once.');
    }
  }
  const { of } = first.card;
  const present = new Set(shards.map(({ card }) => card.index));
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((index) => !present.has(index));
  if (missing.length > 0) {
    const named = missing.map((index) => `${index}/${of}`).join(', ');
    throw refuse(`Of ${of} shards ${missing.length} are missing: ${named}.`, 'Run them, then name every shard.');
  }
}

function checkAlike({ file, card }: ShardFile, { file: other, card: first }: ShardFile): void {
  const same = 'Run all shards with the same plan, model and images, and the same options.';
  if (card.of !== first.of) throw refuse(`${file} is one of ${card.of} shards, ${other} one of ${first.of}.`, same);
  if (card.modelSha256 !== first.modelSha256) throw refuse(`${file} was sampled with another model than ${other}.`, same);
  const differs = card.sets.find((set, i) => set.sha256 !== first.sets.at(i)?.sha256 && set.name === first.sets.at(i)?.name);
  if (differs !== undefined)
    throw refuse(`The images of the set "${differs.name}" are others in ${file} than in ${other}.`, same);
  if (card.planHash !== first.planHash) throw refuse(`${file} is a shard of another plan than ${other}.`, same);
  if (card.sets.some((set, i) => set.key !== first.sets.at(i)?.key)) {
    const how = ({ provider, batchSize }: ShardCard): string => `${provider}, batches of ${batchSize}`;
    throw refuse(`${file} (${how(card)}) was not sampled in the same way as ${other} (${how(first)}).`, same);
  }
}

function copyShard(shard: Project, card: ShardCard, target: Project, signal: AbortSignal | undefined): void {
  for (const key of shard.artifacts.keys('sampler-info')) {
    target.artifacts.putJson('sampler-info', key, shard.artifacts.json('sampler-info', key));
  }
  for (const { name, key, spec, total, starts } of card.sets) {
    const from = shard.samples.findSet(key);
    const to = storageErrors(target.file, () => target.samples.openSet({ key, name, spec, total }));
    const done = target.samples.committed(to);
    for (const start of starts) {
      signal?.throwIfAborted();
      if (done.has(start)) continue;
      const copied =
        from !== undefined && storageErrors(target.file, () => target.samples.copyChunk(shard.samples, { from, to, start }));
      if (!copied) {
        throw refuse(
          `${shard.file} no longer holds the images from ${start} on of the set "${name}".`,
          'Run its shard again with the same command: it goes on from what was saved.',
        );
      }
    }
  }
}

function refuse(sentence: string, next: string): AppError {
  return new AppError('E_INPUT', sentence, { next });
}
