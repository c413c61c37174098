import { describe, expect, it } from 'vitest';
import { severityChart } from '../../../electron/shared/charts/severity.ts';
import type { Estimate, Results } from '../../../electron/shared/results.ts';
import { ladderDetector } from '../../../electron/shared/severity-reading.ts';

const around = (value: number): Estimate => ({ value, low: value - 0.01, high: value + 0.02 });

/** Two detectors; the second catches more. */
function ladder(accuracy: (severity: number) => Estimate | null): Results {
  const detectors = ['larem', 'lared'].map((detector) => ({ detector, pca: detector === 'larem' ? 4 : null }));
  const step = (corruption: string, severity: number): object => ({
    corruption,
    severity,
    count: 50,
    accuracy: accuracy(severity),
    detectors: detectors.map((config, k) => ({
      ...config,
      detectionRate: around(0.1 * severity + 0.05 * k),
      auroc: around(0.6),
    })),
  });
  return {
    statistics: { main: { detector: 'lared', pca: null } },
    severity: {
      from: 'Test',
      seed: 0,
      clean: { count: 50, accuracy: accuracy(0), detectors: detectors.map((config) => ({ ...config, alarmRate: around(0.05) })) },
      steps: [...[5, 1].map((severity) => step('fog', severity)), step('jpeg', 1)],
    },
  } as unknown as Results;
}

describe('the chart of a severity ladder', () => {
  const results = ladder((severity) => around(0.9 - 0.1 * severity));

  it('has a panel a corruption, from the unharmed images upwards, of the detector that is looked at', () => {
    const chart = severityChart(results, { detector: 'larem', pca: 8 }, 'en')!;
    expect(chart.panels.map(({ title }) => title)).toEqual(['Fog', 'JPEG compression']);
    expect(chart.panels[0].caught.map(({ x }) => x)).toEqual([0, 1, 5]);
    expect(chart.panels[0].caught.map(({ value }) => Math.round(value))).toEqual([5, 10, 50]);
    expect(chart.panels[0].accuracy.map(({ value }) => Math.round(value))).toEqual([90, 80, 40]);
    expect(chart.x).toMatchObject({ min: 0, max: 5 });
    expect(chart.summary).toContain('LaREM, PCA 4');
    expect(chart.summary).toContain('Fog: caught 5.0');
    expect(chart.table.rows).toHaveLength(5);
    expect(chart.table.rows[2].map((cell) => (typeof cell === 'number' ? Number(cell.toFixed(3)) : cell))).toEqual([
      'Fog',
      5,
      0.5,
      0.49,
      0.52,
      0.4,
      0.39,
      0.42,
    ]);
  });

  it('is about the detector of the run where the ladder lacks the asked one', () => {
    expect(ladderDetector(results, { detector: 'knn', pca: null })).toBe(1);
    expect(severityChart(results, undefined, 'fr')!.title).toContain('LaRED');
  });

  it('leaves accuracy out where nobody knows it, and is not drawn without a ladder', () => {
    const chart = severityChart(
      ladder(() => null),
      undefined,
      'en',
    )!;
    expect(chart.panels.every(({ accuracy }) => accuracy.length === 0)).toBe(true);
    expect(chart.table.rows[0].slice(5)).toEqual([null, null, null]);
    expect(severityChart({} as Results, undefined, 'en')).toBeNull();
  });
});
