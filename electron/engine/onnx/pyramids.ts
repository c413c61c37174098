/**
 * Feature pyramids: a head that reads several levels uses one weight in several convolutions. What these read are the
 * pyramid's maps, what they give (behind their activation) are the head's maps; both are hooks of several tensors.
 */
import type { GraphIndex } from './graph-index.ts';
import type { Look } from './hook-points.ts';
import { through } from './logits.ts';

const ACTIVATIONS =
  /^(Relu|LeakyRelu|PRelu|Sigmoid|Gelu|HardSwish|Clip|BatchNormalization|InstanceNormalization|GroupNormalization)$/;

/** Groups of two or more maps of different sizes, largest first; the pyramid first, then the first head's maps. */
export function pyramids({ model: { index }, probe }: Look, hookable: ReadonlySet<string>): string[][] {
  const byWeight = new Map<string, number[]>();
  for (const at of index.order) {
    const node = index.nodes[at];
    if (node.opType !== 'Conv') continue;
    const weight = through(index, node.input?.[1] ?? '');
    byWeight.set(weight, [...(byWeight.get(weight) ?? []), at]);
  }
  const area = (name: string): number => {
    const shape = probe.tensors.get(name)?.shape ?? [];
    return shape[2] * shape[3];
  };
  const groups: string[][] = [];
  const known = new Set<string>();
  for (const nodes of byWeight.values()) {
    nodes.sort((a, b) => area(index.nodes[b].output?.[0] ?? '') - area(index.nodes[a].output?.[0] ?? ''));
    const inputs = nodes.map((at) => index.nodes[at].input?.[0] ?? '');
    const outputs = nodes.map((at) => activated(index, index.nodes[at].output?.[0] ?? ''));
    // A last layer's raw predictions are no features: only heads with an activation count.
    const bare = outputs.every((name, i) => name === index.nodes[nodes[i]].output?.[0]);
    for (const group of bare ? [] : [inputs, outputs]) {
      const several = new Set(group).size > 1 && new Set(group.map(area)).size > 1;
      if (!several || known.has(group.join('\n')) || !group.every((name) => hookable.has(name))) continue;
      known.add(group.join('\n'));
      groups.push(group);
    }
  }
  return groups;
}

/** Follows a convolution's output through the normalisation and activation that alone read it. */
function activated(index: GraphIndex, name: string): string {
  const consumers = index.consumers.get(name) ?? [];
  if (consumers.length !== 1) return name;
  const node = index.nodes[consumers[0]];
  return ACTIVATIONS.test(node.opType ?? '') ? activated(index, node.output?.[0] ?? '') : name;
}
