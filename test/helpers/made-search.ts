/** A search as the demo's could be: maps with blocks, one vector, a setting without a figure, one to be avoided. */
import type { SearchCell, SearchView } from '../../electron/shared/search.ts';

const HOOKS = ['block2.out', 'block2.conv1', 'block1.out', 'block2.down.0', 'block3.relu'];
const DROPS = [0.3, 0.5, 0.7];
const BLOCKS = [3, 5, 7];

export function madeSearch(): SearchView {
  const maps = HOOKS.flatMap((label, h) =>
    DROPS.flatMap((p, i) => BLOCKS.map((b, j) => made(label, p, b, 0.97 - 0.07 * h - 0.02 * ((i + 2 * j) % 5)))),
  );
  const vectors = DROPS.map((p, i) => made('logits', p, null, 0.55 - 0.05 * i));
  const cells = [...maps, ...vectors].filter(
    ({ label, dropProb, blockSize }) => !(label === 'block1.out' && dropProb === 0.7 && blockSize === 7),
  );
  cells.sort((a, b) => b.auroc.value - a.auroc.value);
  return {
    ind: { set: 'Fashion train', images: 200 },
    ood: [
      { set: 'MNIST digits', images: 200 },
      { set: 'Fashion test, fog 3', images: 200 },
    ],
    drops: DROPS,
    blocks: BLOCKS,
    screened: 23,
    cells: cells.map((cell, i) => ({ ...cell, tied: i < 5 })),
    unrated: [{ label: 'block1.out', reason: 'It holds values that are not finite.' }],
    seconds: 9,
  };
}

function made(label: string, dropProb: number, blockSize: number | null, value: number): SearchCell {
  const isVector = blockSize === null;
  return {
    tensors: [label],
    label,
    kind: isVector ? 'fc' : 'conv',
    shape: isVector ? [10] : [64, 14, 14],
    features: isVector ? 10 : 64,
    deadChannels: 0,
    atFloor: isVector ? 0.2 : 0,
    dropped: 0.7 * dropProb,
    dropsAll: 0,
    cost: 0.6,
    auroc: { value, low: value - 0.03, high: value + 0.02 },
    rating: isVector ? 'avoid' : 'good',
    reasons: isVector ? ['floor', 'auroc'] : [],
    dropProb,
    blockSize,
    tied: false,
  };
}
