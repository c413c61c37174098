/** Shards are a partition of the chunks, whatever the sets and the number. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shardStarts } from '../../../electron/engine/pipeline/shard.ts';

test('every chunk stands in one shard, and shards differ by one chunk at most', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 40 }),
      (entries, step, of) => {
        const shards = Array.from({ length: of }, (_, i) => shardStarts(entries, step, { index: i + 1, of }));
        entries.forEach((count, set) => {
          const all = shards.flatMap((starts) => [...starts[set]]);
          expect(all).toEqual(Array.from({ length: Math.ceil(count / step) }, (_, chunk) => chunk * step));
        });
        const sizes = shards.map((starts) => starts.reduce((sum, { size }) => sum + size, 0));
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      },
    ),
  );
});
