/** `oodlab merge SHARD...`: joins the projects of all shards into one, which `oodlab run` then evaluates without sampling. */
import path from 'node:path';
import { mergeShards } from '../../engine/cluster/merge-shards.ts';
import type { AddCommand } from '../command.ts';
import { EXIT, print, table } from '../output.ts';

export const mergeCommand: AddCommand = (program, act) => {
  program
    .command('merge')
    .description('join the shards of a plan, sampled on several machines, into one project')
    .argument('<shards...>', 'project file of every shard, in any order')
    .requiredOption('--project <file>', 'project file to write')
    .action(
      act((signal, files: string[], { project }: { project: string }) => {
        const shards = mergeShards(files, project, signal);
        const chunks = (starts: readonly { starts: readonly number[] }[]): number =>
          starts.reduce((sum, set) => sum + set.starts.length, 0);
        print(
          table(
            ['shard', 'chunks', 'file'],
            shards.map(({ file, card }) => [`${card.index}/${card.of}`, String(chunks(card.sets)), file]),
          ),
        );
        process.stderr.write(`Written to ${path.resolve(project)}. Now: oodlab run PLAN --project ${project}\n`);
        return Promise.resolve(EXIT.done);
      }),
    );
};
