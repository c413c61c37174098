/** The batch size changes the last bits of a network at most: never a mask, never an alarm. */
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isAlarm } from '../../electron/engine/metrics/threshold.ts';
import { NAMES } from '../../electron/engine/onnx/sampling-graph.ts';
import { dropBlockFeed, dropoutFeed, modelFeed, type MaskFeed } from '../../electron/engine/sampling/mask-feed.ts';
import { poolingOf } from '../../electron/engine/sampling/pooling.ts';
import type { Sampling } from '../../electron/shared/plan.ts';
import { demoPlan, limited } from '../helpers/demo-plan.ts';
import { runInTest } from '../helpers/run-in-test.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();
const sampling: Sampling = { mechanism: 'dropblock', dropProb: 0.5, blockSize: 3, samples: 8, seed: 11, masks: 'per-image' };

const FEEDS: [string, string, () => MaskFeed][] = [
  ['dropblock', NAMES.weights(0), () => dropBlockFeed(sampling, [{ height: 6, width: 5 }], [poolingOf('fullmean', 6, 5)])],
  ['dropout', NAMES.masks, () => dropoutFeed({ ...sampling, mechanism: 'dropout' }, [24])],
  [
    'model',
    'fed',
    () =>
      modelFeed({ ...sampling, mechanism: 'model' }, [{ feed: 'fed', kind: 'dropout', node: 'drop', ratio: 0.3, shape: [10] }]),
  ],
];

test.each(FEEDS)('%s: an image draws the same masks in any batch, in any order', (_name, feed, open) => {
  const masks = open();
  const whole = masks.feeds(
    5,
    Int32Array.from({ length: 14 }, (_, i) => i),
  ).feeds[feed].data as Float32Array;
  const size = whole.length / 14;
  for (const image of [13, 0, 7]) {
    const alone = masks.feeds(5, Int32Array.of(image)).feeds[feed].data as Float32Array;
    expect(alone).toEqual(whole.slice(image * size, (image + 1) * size));
  }
  // Another set is another stream: the masks differ.
  expect(masks.feeds(6, Int32Array.of(7)).feeds[feed].data).not.toEqual(whole.slice(7 * size, 8 * size));
});

test.each(['bank', 'per-image'] as const)(
  'batches of 1, 7 and 64, masks %s: scores within 1e-5, no alarm flipped',
  async (masks) => {
    const runs = [];
    for (const batchSize of [64, 7, 1]) {
      const plan = demoPlan((changed) => {
        limited(150)(changed);
        changed.sampling.masks = masks;
        changed.runtime.batchSize = batchSize;
        changed.pca = [null, 8];
      });
      runs.push(await runInTest(plan, { folder: mkdtempSync(path.join(folder, 'batch-')) }, ({ scored }) => scored));
    }
    const [reference, ...others] = runs;
    let compared = 0;
    for (const other of others) {
      other.forEach(({ id, pca, scores, threshold }, i) => {
        for (const [set, values] of scores) {
          const wanted = reference[i].scores.get(set)!;
          values.forEach((value, row) => {
            expect(Math.abs(value - wanted[row]) / Math.abs(wanted[row]), `${id} ${pca} ${set} ${row}`).toBeLessThanOrEqual(1e-5);
            expect(isAlarm(value, threshold), `${id} ${pca} ${set} ${row}`).toBe(isAlarm(wanted[row], reference[i].threshold));
            compared++;
          });
        }
      });
    }
    expect(compared).toBeGreaterThan(5000);
  },
);
