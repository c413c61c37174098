/**
 * What the exported monitor costs at run time: one image through monitor.onnx against one through the bare network, both
 * to the network's own output. The detector is fitted on as many rows as the demo has.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Estimator } from '../detectors/detector.ts';
import { laredEstimator } from '../detectors/lared.ts';
import { larem } from '../detectors/larem.ts';
import { createMatMul } from '../linalg/matmul.ts';
import { writeMonitorHead } from '../monitor/monitor-head.ts';
import { appendTail } from '../monitor/monitor-tail.ts';
import { createSession } from '../runtime/session.ts';
import { alternate } from './measure.ts';
import { atMost, benchRow, type BenchRow } from './bench-report.ts';
import type { PartOptions } from './bench-options.ts';
import { seededRows } from './estimators.ts';
import { imageOf, type Network, noiseBatch, productJob } from './hooked-network.ts';

export const MONITOR_TARGET = 1.15;
const FIT_ROWS = 2400;
/** Single images are quick: more rounds tell them apart from noise. */
const ROUNDS_FACTOR = 5;

const DETECTORS: Readonly<Record<string, Estimator>> = { lared: laredEstimator(), larem };

export async function monitorCost(
  { effort, threads, signal, onStep, folder }: PartOptions,
  network: Network,
): Promise<BenchRow[]> {
  const [hook] = network.hooks;
  onStep(`the exported monitor at ${hook} of ${network.name}`);
  const file = path.join(folder, 'head.onnx');
  const head = await writeMonitorHead(
    productJob({ file: network.file, hook, side: network.side, threads }, 'bank'),
    file,
    signal,
  );
  const bytes = await readFile(file);
  const image = { image: imageOf(noiseBatch(1, network.side)) };
  const bare = await createSession(network.file, { threads });
  const { multiply, release } = createMatMul(threads);
  try {
    const rows: BenchRow[] = [];
    for (const [id, estimator] of Object.entries(DETECTORS)) {
      const state = (await estimator.fit(seededRows(FIT_ROWS, head.info.entropyDim, 0), { multiply })).state();
      const threshold = { rule: 'conformal', value: 0, strict: false } as const;
      const monitor = await createSession(
        appendTail(bytes, head, { space: 'entropy', projection: null, state, threshold, entropies: false }).bytes,
        { threads },
      );
      const ways = { bare: () => bare.run(image), monitor: () => monitor.run(image) };
      const seconds = await alternate(ways, { rounds: ROUNDS_FACTOR * effort.rounds, warmUp: 3, signal });
      await monitor.release();
      rows.push(
        benchRow({
          id: `monitor.${id}`,
          what: `monitor.onnx / bare network, batch 1, ${network.name} ${hook}, ${id}`,
          measured: seconds.monitor / seconds.bare,
          unit: 'x',
          target: atMost(MONITOR_TARGET),
          note: `${(1000 * seconds.monitor).toFixed(2)} against ${(1000 * seconds.bare).toFixed(2)} ms, ${FIT_ROWS} fit rows x ${head.info.entropyDim}`,
        }),
      );
    }
    return rows;
  } finally {
    await bare.release();
    await release();
  }
}
