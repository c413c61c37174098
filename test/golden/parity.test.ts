/** The parity plan against the bands of five runs of the reference (test/fixtures/demo-reference/reference_run.json). */
import { mkdtempSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { MetricsRow } from '../../electron/shared/results.ts';
import { demoPlan } from '../helpers/demo-plan.ts';
import { ROOT } from '../helpers/run-cli.ts';
import { runInTest } from '../helpers/run-in-test.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

interface Figure {
  band: [number, number];
}
type BySet<T> = Record<string, Record<'auroc' | 'fpr95' | 'aupr', T>>;
const reference = JSON.parse(
  readFileSync(path.join(ROOT, 'test', 'fixtures', 'demo-reference', 'reference_run.json'), 'utf8'),
) as {
  results: Record<string, BySet<Figure>>;
  baselines: Record<string, BySet<number>>;
};

const DETECTORS: [string, number | null, string][] = [
  ['lared', null, 'LaRED'],
  ['larem', null, 'LaREM'],
  ['lared', 16, 'LaRED+PCA16'],
  ['larem', 16, 'LaREM+PCA16'],
];
const SETS = {
  ood_mnist: 'MNIST digits',
  ood_corrupted: 'Corrupted fashion',
  ood_uci_digits: 'UCI digits',
  ood_textures: 'Textures',
};

const folder = tempFolder();

/** Fit on all 3,000, test on all 1,000; the test file once more sets the threshold, so that nothing is held out. */
const parityPlan = (seed: number) =>
  demoPlan((plan) => {
    plan.sampling = { mechanism: 'dropblock', dropProb: 0.5, blockSize: 5, samples: 16, seed, masks: 'per-image' };
    plan.pca = [null, 16];
    const testSet = plan.datasets.find(({ role }) => role === 'test')!;
    plan.datasets.push({ ...testSet, name: 'Threshold only', role: 'calibrate' });
  });

function measured(row: MetricsRow): Record<'auroc' | 'fpr95' | 'aupr', number> {
  return { auroc: row.auroc.value, fpr95: row.fpr95IndPositive.value, aupr: row.auprInd.value };
}

test.each([0, 1, 2, 3, 4])('seed %i: every figure lies in its band', async (seed) => {
  const { results } = await runInTest(
    parityPlan(seed),
    { folder: mkdtempSync(path.join(folder, 'seed-')), processes: 2 },
    (run) => run,
  );
  expect(results.detectors[0].nFit).toBe(3000);
  let compared = 0;
  const rowOf = (detector: string, pca: number | null, ood: string): MetricsRow =>
    results.metrics.find((row) => row.detector === detector && row.pca === pca && row.ood === ood)!;
  for (const [key, ood] of Object.entries(SETS)) {
    for (const [detector, pca, name] of DETECTORS) {
      const row = rowOf(detector, pca, ood);
      expect(row.nInd).toBe(1000);
      for (const [figure, value] of Object.entries(measured(row))) {
        const [low, high] = reference.results[name][key][figure as 'auroc'].band;
        expect(value, `${name} ${key} ${figure} seed ${seed}`).toBeGreaterThanOrEqual(low);
        expect(value, `${name} ${key} ${figure} seed ${seed}`).toBeLessThanOrEqual(high);
        compared++;
      }
    }
    // The baselines draw nothing: they agree with the reference's own figures, printed to five digits.
    for (const [id, name] of [
      ['msp', 'MSP'],
      ['energy', 'energy'],
    ]) {
      for (const [figure, value] of Object.entries(measured(rowOf(id, null, ood)))) {
        expect(value, `${name} ${key} ${figure}`).toBeCloseTo(reference.baselines[name][key][figure as 'auroc'], 3);
        compared++;
      }
    }
  }
  expect(compared).toBe(4 * (4 + 2) * 3);
});
