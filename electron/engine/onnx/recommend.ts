/**
 * Which hook points to propose, best first: ends of stages and the last feature map of a convolutional network, the
 * encoder's last map for segmentation, block outputs of a transformer, pyramid and box head of a detector.
 */
import type { HookPoint } from '../../shared/domain.ts';
import { ancestors, type GraphIndex } from './graph-index.ts';
import type { Look } from './hook-points.ts';
import { dependsOnRandom, through, writer } from './logits.ts';
import { blockOutputs } from './transformer-blocks.ts';

interface Proposal {
  hook: HookPoint;
  why: string;
}

/** Sets `recommended` and `note` of the proposed hooks. */
export function recommend(look: Look, hooks: HookPoint[]): HookPoint[] {
  const finder = new Finder(look, hooks);
  const proposals = finder.proposals();
  // What cannot be sampled deterministically comes last.
  const random = (tensor: string): boolean => dependsOnRandom(look.model, tensor);
  const ordered = [
    ...proposals.filter(({ hook }) => !random(hook.tensors[0])),
    ...proposals.filter(({ hook }) => random(hook.tensors[0])),
  ];
  const ranks = new Map<HookPoint, { rank: number; why: string }>();
  for (const { hook, why } of ordered) if (!ranks.has(hook)) ranks.set(hook, { rank: ranks.size + 1, why });
  return hooks.map((hook) => {
    const found = ranks.get(hook);
    if (found === undefined) return hook;
    return { ...hook, recommended: found.rank, note: hook.note === null ? found.why : `${found.why}; ${hook.note}` };
  });
}

class Finder {
  private readonly look: Look;
  private readonly hooks: HookPoint[];
  private readonly index: GraphIndex;
  private readonly byTensor: Map<string, HookPoint>;

  constructor(look: Look, hooks: HookPoint[]) {
    this.look = look;
    this.hooks = hooks;
    this.index = look.model.index;
    this.byTensor = new Map(hooks.filter((hook) => hook.tensors.length === 1).map((hook) => [hook.tensors[0], hook]));
  }

  proposals(): Proposal[] {
    if (this.hooks.some(({ kind }) => kind === 'roi' || kind === 'rpn')) return this.detector();
    const blocks = blockOutputs(this.look, this.hooks);
    if (blocks.length > 0) return [...this.transformer(blocks), ...this.penultimate()];
    return this.isDense() ? this.dense() : this.classifier();
  }

  private area(name: string): number {
    const shape = this.look.probe.tensors.get(name)?.shape ?? [];
    return shape.length === 4 ? shape[2] * shape[3] : 0;
  }

  private size(name: string): string {
    const { shape } = this.look.probe.tensors.get(name)!;
    return `${shape[2]}x${shape[3]}`;
  }

  private isDense(): boolean {
    const outputs = (this.index.graph.output ?? []).map((output) => output.name ?? '');
    return this.look.logits === null && outputs.some((name) => this.look.roles.maps.has(name) && this.area(name) > 1);
  }

  /** Maps whose size the next op changes: X of area(X) > area(Y), or the other way round. */
  private changes(grows: boolean): { from: string; to: string }[] {
    const { features, maps } = this.look.roles;
    const found: { from: string; to: string }[] = [];
    for (const at of this.index.order) {
      const node = this.index.nodes[at];
      const from = node.input?.[0] ?? '';
      const to = node.output?.[0] ?? '';
      const [before, after] = [this.area(from), this.area(to)];
      if (/RoiAlign/.test(node.opType ?? '') || !features.has(from) || !maps.has(to) || before === 0 || after === 0) continue;
      if (grows ? after > before : after < before) found.push({ from, to });
    }
    return found;
  }

  /** The last map at each size in front of a reduction, the deepest first. */
  private stages(): Proposal[] {
    const last = new Map<number, { from: string; to: string }>();
    for (const change of this.changes(false)) if (this.area(change.from) > 1) last.set(this.area(change.from), change);
    return [...last]
      .sort(([a], [b]) => a - b)
      .flatMap(([, { from, to }]) => {
        const falls =
          this.area(to) > 1 ? `before the size falls from ${this.size(from)} to ${this.size(to)}` : 'before global pooling';
        return this.propose(from, `end of a stage: the last map ${falls}`);
      });
  }

  private propose(tensor: string, why: string): Proposal[] {
    const hook = this.byTensor.get(tensor);
    return hook === undefined ? [] : [{ hook, why }];
  }

  /** The deepest map that the result depends on. */
  private lastMap(): Proposal[] {
    const { logits, roles } = this.look;
    const outputs = logits === null ? (this.index.graph.output ?? []).map((output) => output.name ?? '') : [logits];
    const needed = new Set(ancestors(this.index, outputs).flatMap((at) => this.index.nodes[at].output ?? []));
    const maps = this.hooks.filter(
      ({ tensors: [name], kind }) => kind === 'conv' && needed.has(name) && roles.features.has(name) && this.area(name) > 1,
    );
    const hook = maps.at(-1);
    return hook === undefined ? [] : [{ hook, why: `last feature map, ${this.size(hook.tensors[0])}` }];
  }

  /** The vector that the last layer reads, in front of a Dropout and behind it. */
  private penultimate(): Proposal[] {
    const { logits } = this.look;
    if (logits === null) return [];
    let node = writer(this.index, through(this.index, logits));
    while (node?.opType === 'Add') {
      const dependent = (node.input ?? []).filter((name) => this.look.roles.values.has(name));
      node = dependent.length === 1 ? writer(this.index, through(this.index, dependent[0])) : undefined;
    }
    if (node?.opType !== 'Gemm' && node?.opType !== 'MatMul') return [];
    const read = node.input?.[0] ?? '';
    const before = through(this.index, read);
    if (before === read || !this.byTensor.has(before)) return this.propose(read, 'penultimate vector: what the last layer reads');
    return [
      ...this.propose(before, 'penultimate vector, in front of the Dropout'),
      ...this.propose(read, 'penultimate vector behind the Dropout'),
    ];
  }

  private classifier(): Proposal[] {
    return [...this.beforeRandom(), ...this.lastMap(), ...this.penultimate(), ...this.behindRandom(), ...this.stages()];
  }

  /** Maps that the network's own DropBlock acts on: sampling there in Oodlab gives the same distribution, seeded. */
  private beforeRandom(): Proposal[] {
    const { model, roles } = this.look;
    return this.index.order.flatMap((at) => {
      const inputs = this.index.nodes[at].input ?? [];
      if (!/^(Mul|Div|Where)$/.test(this.index.nodes[at].opType ?? '')) return [];
      const random = inputs.filter((name) => dependsOnRandom(model, name));
      const plain = inputs.filter((name) => roles.features.has(name) && !random.includes(name));
      if (random.length === 0 || plain.length !== 1) return [];
      return this.propose(plain[0], "the map that the network's own sampling acts on: sample here");
    });
  }

  /** Where the network's own DropBlock ends: the first maps that depend on random numbers and on the image. */
  private behindRandom(): Proposal[] {
    const hook = this.hooks
      .filter(({ kind, stochastic }) => kind === 'conv' && stochastic)
      .find(({ tensors: [name] }) => {
        const readers = (this.index.consumers.get(name) ?? []).map((at) => this.index.nodes[at].opType);
        return readers.length > 0 && !readers.every((op) => op === 'Mul' || op === 'Div');
      });
    return hook === undefined ? [] : [{ hook, why: "output of the network's own sampling" }];
  }

  private dense(): Proposal[] {
    const grown = this.changes(true).filter(({ from }) => this.area(from) > 1);
    const smallest = Math.min(...grown.map(({ from }) => this.area(from)));
    const bottleneck = grown.filter(({ from }) => this.area(from) === smallest).at(-1);
    const outputs = (this.index.graph.output ?? []).map((output) => output.name ?? '');
    const heads = ancestors(this.index, outputs).filter((at) => this.index.nodes[at].opType === 'Conv');
    const decoder = heads.length === 0 ? '' : through(this.index, this.index.nodes[heads[heads.length - 1]].input?.[0] ?? '');
    const stages = this.stages();
    return [
      ...(bottleneck === undefined
        ? this.lastMap()
        : this.propose(
            bottleneck.from,
            `bottleneck: the smallest map, ${this.size(bottleneck.from)}, before the decoder enlarges it`,
          )),
      ...stages.slice(0, 1).map(({ hook }) => ({ hook, why: `last map of the encoder at ${this.size(hook.tensors[0])}` })),
      ...this.propose(decoder, 'last features of the decoder: large, therefore slow'),
      ...stages.slice(1),
    ];
  }

  private detector(): Proposal[] {
    const groups = this.hooks.filter(({ kind }) => kind === 'rpn');
    const levels = new Set(groups.flatMap(({ tensors }) => tensors));
    const boxes = this.hooks
      .filter(({ kind, op }) => kind === 'roi' && /^(Relu|LeakyRelu|Gelu|HardSwish|Clip)$/.test(op))
      .reverse();
    return [
      ...groups.slice(1, 2).map((hook) => ({ hook, why: 'maps of the proposal head' })),
      ...groups.slice(0, 1).map((hook) => ({ hook, why: 'maps of the feature pyramid' })),
      ...boxes.map((hook, i) => ({ hook, why: i === 0 ? 'last vector of the box head' : 'vector of the box head' })),
      ...this.stages().filter(({ hook }) => !levels.has(hook.tensors[0])),
    ];
  }

  private transformer(blocks: readonly string[]): Proposal[] {
    const tokens = this.hooks.filter(({ kind }) => kind === 'tokens');
    const width = tokens.find(({ tensors }) => tensors[0] === blocks[0])?.features;
    const last = tokens.filter(({ features }) => features === width).at(-1)!;
    const ends = blocks.flatMap((name, i) => this.propose(name, `output of block ${i + 1} of ${blocks.length}`)).reverse();
    return [...(blocks.includes(last.tensors[0]) ? [] : [{ hook: last, why: 'tokens behind the final normalisation' }]), ...ends];
  }
}
