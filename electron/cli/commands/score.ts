/** `oodlab score --project FILE | --monitor DIR IMAGE... [--json]`: scores new images with a fitted project or an exported monitor. */
import { availableParallelism } from 'node:os';
import { scoreWithMonitor } from '../../engine/monitor/score-with-monitor.ts';
import { scoreImages, type ImageScore } from '../../engine/pipeline/score-images.ts';
import { openProject } from '../../engine/storage/open-project.ts';
import { AppError } from '../../shared/errors.ts';
import { processMonitors } from '../../workers/process-monitor.ts';
import { processSamplers } from '../../workers/process-sampler.ts';
import type { AddCommand } from '../command.ts';
import { EXIT, print, table } from '../output.ts';

interface ScoreOptions {
  project?: string;
  monitor?: string;
  json?: boolean;
}

export const scoreCommand: AddCommand = (program, act) => {
  program
    .command('score')
    .description('score new images with a fitted project or an exported monitor: score, threshold, alarm, milliseconds')
    .argument('<image...>', 'images, or folders of images')
    .option('--project <file>', 'project file of a finished run')
    .option('--monitor <dir>', 'folder of an exported monitor; nothing else is used')
    .option('--json', 'as data')
    .action(
      act(async (signal, images: string[], options: ScoreOptions) => {
        const results: ImageScore[] = [];
        for await (const result of scored(images, options, signal)) results.push(result);
        if (options.json === true) print(JSON.stringify({ schema: 'oodlab.scores/1', images: results }, null, 2));
        else print(table(['image', 'detector', 'score', 'threshold', 'alarm', 'ms'], results.flatMap(lines)));
        return EXIT.done;
      }),
    );
};

async function* scored(images: string[], options: ScoreOptions, signal: AbortSignal): AsyncGenerator<ImageScore> {
  const { project: file, monitor: folder } = options;
  const threads = availableParallelism();
  if ((file === undefined) === (folder === undefined)) {
    throw new AppError('E_INPUT', 'Images are scored with a project or with a monitor.', {
      next: 'Give either --project FILE or --monitor DIR.',
    });
  }
  if (folder !== undefined) {
    yield* scoreWithMonitor({ folder, images, host: processMonitors(), threads, signal });
    return;
  }
  const project = openProject(file!, { mustExist: true });
  try {
    yield* scoreImages({ project, images, openSamplers: processSamplers(), threads, signal });
  } finally {
    project.close();
  }
}

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
