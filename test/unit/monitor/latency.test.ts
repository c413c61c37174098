import { describe, expect, it } from 'vitest';
import { measureLatency, percentiles } from '../../../electron/engine/monitor/latency.ts';

describe('latency', () => {
  it('percentiles are the smallest values that enough of the others do not exceed', () => {
    for (const size of [1, 2, 12, 99, 100, 101]) {
      const values = Array.from({ length: size }, (_, i) => ((i * 37) % size) + 1);
      const found = percentiles(values);
      for (const [p, value] of [
        [50, found.p50],
        [95, found.p95],
        [99, found.p99],
      ]) {
        const share = (limit: number): number => values.filter((one) => one <= limit).length / size;
        expect(values).toContain(value);
        expect(share(value)).toBeGreaterThanOrEqual(p / 100);
        expect(share(value - 1)).toBeLessThan(p / 100);
      }
    }
  });

  it('runs both ways equally often, apart from warming up, and stops when it is cancelled', async () => {
    let [monitor, network] = [0, 0];
    const ways = { monitor: async () => void monitor++, network: async () => void network++ };
    const { runs } = await measureLatency(ways);
    expect(runs).toBe(100);
    expect(network).toBeGreaterThanOrEqual(runs);
    expect(monitor - network).toBe(4); // One turn of a single run tells how many are affordable.
    const cancelled = AbortSignal.abort(new Error('stop'));
    await expect(measureLatency(ways, cancelled)).rejects.toThrow('stop');
  });
});
