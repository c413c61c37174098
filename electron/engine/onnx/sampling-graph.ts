/**
 * The model that a run really executes: the user's network cut to what the hook (and the logits) need, with the
 * sampling appended. The mean over a DropBlock output is a masked mean of its input (NUMERICS section 1), so all N
 * samples of an image are one matrix product on the hooked tensor, and no second pass is needed.
 */
import type { HookKind } from '../../shared/domain.ts';
import { AppError } from '../../shared/errors.ts';
import { assemble, readsOf } from './assemble.ts';
import { ancestors, descendants, type GraphIndex } from './graph-index.ts';
import { type FedNode, stochasticCopy } from './stochastic-copy.ts';
import type { OnnxModel } from './open-model.ts';
import { NodeWriter, opsetOf } from './node-writer.ts';
import { oneSentence } from './one-sentence.ts';
import type { Seen } from './probe.ts';
import {
  elementName,
  FLOAT32,
  INT64,
  intAttribute,
  intsAttribute,
  isFloat,
  makeNode,
  type NodeProto,
  type TensorProto,
  valueInfo,
  type ValueInfoProto,
} from './proto.ts';
import { isRandomOp } from './stochastic.ts';

export interface SamplingGraphSpec {
  /** Image input of the model. */
  input: string;
  hook: { tensors: string[]; kind: HookKind };
  /** Tensor to expose as deterministic logits; null: none. */
  logits: string | null;
  /**
   * linear: masks as a matrix product (conv, rpn). elementwise: plain dropout at the hook. latent: no sampling.
   * model: the graph's own stochastic nodes.
   */
  suffix: 'linear' | 'elementwise' | 'latent' | 'model';
  /** What the last layer reads, exposed too. */
  penultimate?: string;
  /** Class scores of pixels or boxes, exposed as they are. */
  dense?: string;
  /** model: the logits of every sample too. */
  sampledLogits?: boolean;
  masks: 'bank' | 'per-image';
  /** Samples N; needed for 'model'. */
  samples?: number;
  /** Shapes and types of the model's tensors for one image; needed for 'model'. */
  seen?: ReadonlyMap<string, Seen>;
}

/** Names in the new model. All outputs are float32. */
export const NAMES = {
  /** linear, latent of feature maps: [HW, K] (bank) or [B, HW, K]; one for each hooked tensor. */
  weights: (i: number) => `oodlab.weights.${i}`,
  /** linear: [B, C, K]; elementwise and model: [B, F, N] under index 0. */
  samples: (i: number) => `oodlab.samples.${i}`,
  /** latent of vectors, elementwise, model: [B, F]. */
  latent: 'oodlab.latent',
  logits: 'oodlab.logits',
  /** [B, F] */
  penultimate: 'oodlab.penultimate',
  /** In the shape of the model's own tensor. */
  dense: 'oodlab.dense',
  /** model: [B * N, C]. */
  sampledLogits: 'oodlab.sampled-logits',
  /** elementwise: [1 or B, S, ...shape of one image]. */
  masks: 'oodlab.masks',
  /** model: int64 [B * N], the image of each row. */
  rows: 'oodlab.rows',
} as const;

export interface SamplingGraph {
  bytes: Uint8Array;
  /** Image input; fed as float32 unless the model takes integers. */
  input: { name: string; dtype: string };
  /** Other inputs that must be fed. */
  otherInputs: string[];
  /** model: the random nodes whose numbers are fed. */
  fed: FedNode[];
}

/** What a run's model is made of, before it is put together. */
export interface SamplingParts extends Omit<SamplingGraph, 'bytes'> {
  nodes: NodeProto[];
  /** Inputs that feed the image under another type than the model's own. */
  imageInputs: ValueInfoProto[];
  /** Inputs that feed masks, weights or random numbers. */
  maskInputs: ValueInfoProto[];
  constants: TensorProto[];
  outputs: ValueInfoProto[];
}

/** Builds the run's model. Throws E_MODEL_UNSUPPORTED with the reason when the hook cannot be had. */
export function buildSamplingGraph(model: OnnxModel, spec: SamplingGraphSpec): SamplingGraph {
  const { nodes, imageInputs, maskInputs, constants, outputs, ...graph } = samplingParts(model, spec);
  const newInputs = [...imageInputs, ...maskInputs];
  return { ...graph, bytes: assemble(model, { nodes, newInputs, newInitializers: constants, outputs }) };
}

/** @param keep tensors whose nodes come along too, even where they are random. */
export function samplingParts(model: OnnxModel, spec: SamplingGraphSpec, keep: readonly string[] = []): SamplingParts {
  const { index } = model;
  const { penultimate, dense } = spec;
  const targets = [...spec.hook.tensors, ...[spec.logits, penultimate, dense].filter((name) => name != null)];
  for (const name of targets) checkTarget(index, name, spec.input);
  refuseRandom(model, ancestors(index, spec.suffix === 'model' ? [] : spec.hook.tensors), 'The hook');
  const outputs = [spec.logits, dense].filter((name) => name != null);
  refuseRandom(model, ancestors(index, outputs), 'The logits');
  const nodes: NodeProto[] = ancestors(index, [...targets, ...keep]).map((at) => withoutDropout(index, index.nodes[at]));
  const suffix = new Suffix(opsetOf(model.proto), 'oodlab');
  const image = floatInput(model, spec.input);
  let fed: FedNode[] = [];
  if (spec.suffix === 'model') {
    const [hook] = spec.hook.tensors;
    const also = spec.sampledLogits === true ? spec.logits : null;
    const copy = stochasticCopy(model, { hook, also, input: spec.input, seen: spec.seen!, rows: NAMES.rows });
    fed = copy.fed;
    nodes.push(...copy.nodes);
    suffix.inputs.push(valueInfo(NAMES.rows, INT64, ['rows']), ...fed.map((node) => valueInfo(node.feed, FLOAT32)));
    suffix.model(copy.hook, spec);
    if (copy.also !== null) suffix.output(suffix.float(copy.also), NAMES.sampledLogits);
  } else spec.hook.tensors.forEach((tensor, i) => suffix[spec.suffix as 'linear'](tensor, i, spec));
  if (spec.logits !== null) suffix.output(suffix.float(spec.logits), NAMES.logits);
  if (penultimate !== undefined) suffix.output(suffix.float(penultimate), NAMES.penultimate);
  if (dense !== undefined) suffix.output(suffix.float(dense), NAMES.dense);
  const read = new Set(nodes.flatMap(readsOf));
  return {
    nodes: [...image.nodes, ...nodes, ...suffix.nodes],
    imageInputs: image.inputs,
    maskInputs: suffix.inputs,
    constants: suffix.constants,
    outputs: suffix.outputs,
    input: image.fed,
    otherInputs: index.inputs.map((input) => input.name ?? '').filter((name) => name !== spec.input && read.has(name)),
    fed,
  };
}

function checkTarget(index: GraphIndex, name: string, input: string): void {
  if (!index.producer.has(name)) {
    const inside = index.nodes.some((node) =>
      node.attribute?.some((entry) => entry.g?.node?.some((inner) => inner.output?.includes(name))),
    );
    if (inside) {
      throw new AppError(
        'E_MODEL_UNSUPPORTED',
        oneSentence(`The tensor "${name}" lies inside a branch or loop and cannot be hooked.`),
        {
          next: 'Hook the output of the If or Loop node instead.',
        },
      );
    }
    throw new AppError('E_INPUT', oneSentence(`The model has no tensor "${name}".`), {
      next: 'Run "oodlab inspect" to see the hook points.',
    });
  }
  if (!descendants(index, [input]).has(name)) {
    throw new AppError('E_INPUT', oneSentence(`The tensor "${name}" does not depend on the input "${input}".`), {
      next: 'Run "oodlab inspect" to see the hook points.',
    });
  }
}

function refuseRandom(model: OnnxModel, nodes: readonly number[], what: string): void {
  const random = nodes.map((at) => model.index.nodes[at]).find((node) => isRandomOp(node.opType));
  if (random === undefined) return;
  throw new AppError(
    'E_MODEL_UNSUPPORTED',
    oneSentence(
      `${what} depends on the random node ${random.opType} "${random.output?.[0] ?? ''}", so it differs from run to run.`,
    ),
    {
      next: 'Choose a tensor in front of it, or use the mechanism "model".',
    },
  );
}

/** Dropout is switched off on every deterministic path: what is left of it is the identity. */
function withoutDropout(index: GraphIndex, node: NodeProto): NodeProto {
  if (node.opType !== 'Dropout') return node;
  const mask = node.output?.[1] ?? '';
  if (mask !== '' && index.consumers.has(mask)) {
    throw new AppError(
      'E_MODEL_UNSUPPORTED',
      oneSentence(`The mask of the Dropout node "${node.name || node.output?.[0]}" is used elsewhere in the graph.`),
      {
        next: 'Export the model in evaluation mode.',
      },
    );
  }
  return { opType: 'Identity', name: node.name ?? '', input: [node.input?.[0] ?? ''], output: [node.output?.[0] ?? ''] };
}

/** Images are fed as float32 whatever float type the network starts with; integers are fed as they are. */
function floatInput(
  model: OnnxModel,
  name: string,
): { nodes: NodeProto[]; inputs: ValueInfoProto[]; fed: { name: string; dtype: string } } {
  const info = model.index.inputs.find((input) => input.name === name);
  const type = info?.type?.tensorType?.elemType ?? FLOAT32;
  const dtype = elementName(type);
  if (dtype === 'float32' || !isFloat(dtype)) return { nodes: [], inputs: [], fed: { name, dtype } };
  const feed = `oodlab.${name}`;
  const shape = info?.type?.tensorType?.shape;
  const input: ValueInfoProto = { name: feed, type: { tensorType: { elemType: FLOAT32, ...(shape ? { shape } : {}) } } };
  // The Cast takes over the input's own name, so that its readers, also those inside branches, stay as they are.
  const cast = makeNode('Cast', [feed], [name], [intAttribute('to', type)]);
  return { nodes: [cast], inputs: [input], fed: { name: feed, dtype: 'float32' } };
}

/** The nodes behind the hook, with the inputs they are fed by and the outputs they give. */
class Suffix extends NodeWriter {
  readonly inputs: ValueInfoProto[] = [];
  readonly outputs: ValueInfoProto[] = [];

  /** Masked means of a feature map: [B, C, H, W] -> [B, C, HW] x weights. */
  linear(tensor: string, i: number, spec: SamplingGraphSpec): void {
    const weights = NAMES.weights(i);
    this.inputs.push(
      valueInfo(weights, FLOAT32, spec.masks === 'bank' || spec.suffix === 'latent' ? ['HW', 'K'] : ['B', 'HW', 'K']),
    );
    const flat = this.op('Reshape', [this.float(tensor), this.ints([0, 0, -1])]);
    this.output(this.op('MatMul', [flat, weights]), NAMES.samples(i));
  }

  /** The latent without sampling. Feature maps take their pooling weights as an input, so that every reduction works. */
  latent(tensor: string, i: number, spec: SamplingGraphSpec): void {
    if (spec.hook.kind === 'conv' || spec.hook.kind === 'rpn') this.linear(tensor, i, spec);
    else this.output(this.mean(this.float(tensor), spec.hook.kind), NAMES.latent);
  }

  /** Plain dropout at the hook: [B, 1, ...] * masks [1 or B, S, ...], then the mean that the kind asks for. */
  elementwise(tensor: string, _i: number, spec: SamplingGraphSpec): void {
    this.inputs.push(valueInfo(NAMES.masks, FLOAT32));
    const x = this.float(tensor);
    const { kind } = spec.hook;
    const batched = kind === 'roi' ? this.unsqueeze(x, 0) : x;
    const dropped = this.op('Mul', [this.unsqueeze(batched, 1), NAMES.masks]);
    const axes = { conv: [3, 4], rpn: [3, 4], tokens: [2], roi: [3], fc: [] }[kind];
    const reduced = axes.length === 0 ? dropped : this.reduce('Mean', dropped, axes);
    this.output(this.op('Transpose', [reduced], [intsAttribute('perm', [0, 2, 1])]), NAMES.samples(0));
    this.output(this.mean(x, kind), NAMES.latent);
  }

  /** Samples of the stochastic copy: [B * N, ...] -> [B, F, N]. */
  model(copy: string, spec: SamplingGraphSpec): void {
    const { kind, tensors } = spec.hook;
    const features = this.mean(this.float(copy), kind);
    const shaped = this.op('Reshape', [features, this.ints([-1, spec.samples!, spec.seen!.get(tensors[0])!.shape[1]])]);
    this.output(this.op('Transpose', [shaped], [intsAttribute('perm', [0, 2, 1])]), NAMES.samples(0));
    this.output(this.mean(this.float(tensors[0]), kind), NAMES.latent);
  }

  float(tensor: string): string {
    return this.cast(tensor, FLOAT32);
  }

  output(from: string, name: string): void {
    this.nodes.push(makeNode('Identity', [from], [name]));
    this.outputs.push(valueInfo(name, FLOAT32));
  }

  /** [B, C, H, W] and [B, T, F] to [B, F]; proposals [R, F] to [1, R]. */
  private mean(x: string, kind: HookKind): string {
    if (kind === 'fc') return x;
    if (kind === 'roi') return this.unsqueeze(this.reduce('Mean', x, [1]), 0);
    return this.reduce('Mean', x, kind === 'tokens' ? [1] : [2, 3]);
  }
}
