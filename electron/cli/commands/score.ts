/** `oodlab score --project FILE IMAGE... [--json]`: scores new images with a fitted project. */
import { availableParallelism } from 'node:os';
import { scoreImages, type ImageScore } from '../../engine/pipeline/score-images.ts';
import { openProject } from '../../engine/storage/open-project.ts';
import { processSamplers } from '../../workers/process-sampler.ts';
import type { AddCommand } from '../command.ts';
import { EXIT, print, table } from '../output.ts';

export const scoreCommand: AddCommand = (program, act) => {
  program
    .command('score')
    .description('score new images with a fitted project: score, threshold, alarm, milliseconds')
    .argument('<image...>', 'images, or folders of images')
    .requiredOption('--project <file>', 'project file of a finished run')
    .option('--json', 'as data')
    .action(
      act(async (signal, images: string[], options: { project: string; json?: boolean }) => {
        const project = openProject(options.project, { mustExist: true });
        try {
          const results: ImageScore[] = [];
          const threads = availableParallelism();
          for await (const result of scoreImages({ project, images, openSamplers: processSamplers(), threads, signal }))
            results.push(result);
          if (options.json === true) print(JSON.stringify({ schema: 'oodlab.scores/1', images: results }, null, 2));
          else print(table(['image', 'detector', 'score', 'threshold', 'alarm', 'ms'], results.flatMap(lines)));
          return EXIT.done;
        } finally {
          project.close();
        }
      }),
    );
};

function lines({ image, rejected, scores, milliseconds }: ImageScore): string[][] {
  const ms = milliseconds.toFixed(1);
  if (rejected !== null) return [[image, '', '', '', `rejected: ${rejected}`, ms]];
  return scores.map(({ detector, score, threshold, alarm }) => [
    image,
    detector,
    score.toPrecision(6),
    threshold.toPrecision(6),
    alarm ? 'ALARM' : '-',
    ms,
  ]);
}
