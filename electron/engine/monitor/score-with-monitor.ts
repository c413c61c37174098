/** Scores images with an exported monitor alone: no project, no plan, no detector code; preprocessing from its card. */
import { configName } from '../pipeline/detector-configs.ts';
import { namedSets, type ImageScore } from '../pipeline/score-images.ts';
import type { MonitorHost } from './host.ts';
import { loadMonitor } from './load-monitor.ts';
import type { MonitorAnswers } from './run-monitor.ts';

export interface ScoreWithMonitorOptions {
  folder: string;
  images: readonly string[];
  host: MonitorHost;
  threads: number | null;
  signal?: AbortSignal | undefined;
}

/** Yields one result for each image, in order. */
export async function* scoreWithMonitor(options: ScoreWithMonitorOptions): AsyncGenerator<ImageScore> {
  const { folder, images, host, threads, signal } = options;
  const { card, file } = await loadMonitor(folder);
  const sets = await namedSets(images);
  const { input, otherInputs, preprocess, outputs } = card;
  const job = {
    file,
    sha256: card.hashes.monitor,
    spec: { input, otherInputs, preprocess, outputs },
    sets: sets.map(({ name, path }) => ({ name, path, format: 'auto', limit: null })),
    threads,
  };
  const runner = await host.openRunner(job, signal);
  const name = configName({ id: card.detector.id, pca: card.detector.pca });
  const threshold = card.threshold.value ?? -Infinity;
  try {
    for (const set of sets) {
      for (let at = 0; at < set.count; at++) {
        signal?.throwIfAborted();
        const started = performance.now();
        const answers = await runner.answers({ set: set.name, from: at, to: at + 1 }, signal);
        yield { ...answerFor(answers, set, { name, threshold }), milliseconds: performance.now() - started };
      }
    }
  } finally {
    await runner.close();
  }
}

function answerFor(
  { ats, scores, inDistribution, rejected }: MonitorAnswers,
  set: { name: string; count: number },
  { name, threshold }: { name: string; threshold: number },
): Omit<ImageScore, 'milliseconds'> {
  const at = ats[0] ?? rejected[0]?.at ?? '';
  const image = set.count === 1 ? set.name : `${set.name}: ${at}`;
  if (scores.length === 0) return { image, rejected: rejected[0]?.reason ?? 'unreadable', scores: [] };
  return { image, rejected: null, scores: [{ detector: name, score: scores[0], threshold, alarm: inDistribution[0] === 0 }] };
}
