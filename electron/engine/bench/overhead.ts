/** How much sampling and entropies cost on top of the bare forward pass to the hook: same batch, same threads. */
import { alternate } from './measure.ts';
import { atMost, benchRow, type BenchRow } from './bench-report.ts';
import type { PartOptions } from './bench-options.ts';
import { imageOf, type Network, noiseBatch, openBare, openProduct, sampleBatch } from './hooked-network.ts';

export const OVERHEAD_TARGET = 1.1;

export async function overhead({ effort, threads, signal, onStep }: PartOptions, network: Network): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const hook of network.hooks) {
    onStep(`sampling and entropies at ${hook} of ${network.name}`);
    const spec = { file: network.file, hook, side: network.side, threads };
    const bank = await openProduct(spec, 'bank');
    const perImage = await openProduct({ ...spec, batchSize: bank.info.batchSize }, 'per-image');
    const bare = await openBare(bank.model, hook, threads);
    const batch = noiseBatch(bank.info.batchSize, network.side);
    const seconds = await alternate(
      {
        bare: () => bare.run({ image: imageOf(batch) }),
        bank: () => sampleBatch(bank, batch),
        'per-image': () => sampleBatch(perImage, batch),
      },
      { rounds: effort.rounds, signal },
    );
    for (const masks of ['bank', 'per-image'] as const) {
      rows.push(
        benchRow({
          id: `overhead.${network.side}.${hook}.${masks}`,
          what: `overhead of 16 samples, ${network.name} ${hook}, ${masks}`,
          measured: seconds[masks] / seconds.bare,
          unit: 'x',
          target: atMost(OVERHEAD_TARGET),
          note: `${ms(seconds[masks])} / bare pass ${ms(seconds.bare)}, batch ${batch.to}`,
        }),
      );
    }
    await Promise.all([bank.session.release(), perImage.session.release(), bare.release()]);
  }
  return rows;
}

const ms = (seconds: number): string => `${(1000 * seconds).toFixed(1)} ms`;
