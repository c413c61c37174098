/**
 * Ends of transformer blocks. A block adds twice to the stream of tokens: attention (a Softmax lies in its branch),
 * then the MLP; the second sum is the block's output. A block with one sum for both ends there.
 */
import type { HookPoint } from '../../shared/domain.ts';
import { ancestors } from './graph-index.ts';
import type { Look } from './hook-points.ts';

const ATTENTION = /^(Softmax|Attention|MultiHeadAttention|QAttention)$/;

/** Output tensors of the blocks, in order; empty when the network is not a transformer. */
export function blockOutputs({ model: { index }, roles }: Look, hooks: readonly HookPoint[]): string[] {
  const tokens = new Map(hooks.filter(({ kind }) => kind === 'tokens').map((hook) => [hook.tensors[0], hook]));
  const sums = [...tokens.values()].filter(({ tensors: [name], op, features }) => {
    if (op !== 'Add' && op !== 'SkipLayerNormalization') return false;
    const inputs = index.nodes[index.producer.get(name)!].input ?? [];
    return inputs.slice(0, 2).every((input) => roles.values.has(input) && tokens.get(input)?.features === features);
  });
  let before = new Set<number>();
  const attends = sums.map(({ tensors }) => {
    const all = ancestors(index, tensors);
    const own = all.filter((at) => !before.has(at));
    before = new Set(all);
    return own.some((at) => ATTENTION.test(index.nodes[at].opType ?? ''));
  });
  if (!attends.includes(true)) return [];
  const ends = sums.filter((_, i) => !attends[i]);
  return (ends.length > 0 ? ends : sums).map(({ tensors }) => tensors[0]);
}
