/**
 * One network with a small output for each candidate: a feature map leaves as its masked means [B, C, N + 1], formed in the
 * graph, so that no map is copied out; vectors and tokens leave as they are.
 */
import type { HookPoint } from '../../shared/domain.ts';
import type { Sampling } from '../../shared/plan.ts';
import { assemble } from '../onnx/assemble.ts';
import { ancestors } from '../onnx/graph-index.ts';
import type { OnnxModel } from '../onnx/open-model.ts';
import { FLOAT32, int64Tensor, intAttribute, makeNode, type NodeProto, type TensorProto } from '../onnx/proto.ts';
import { drawDropBlockMasks } from '../sampling/masks.ts';
import { poolingOf } from '../sampling/pooling.ts';
import { BANK_STREAM } from '../sampling/streams.ts';
import { samplingWeights } from '../sampling/weights.ts';

export interface Candidate {
  hook: HookPoint;
  tensor: string;
  /** Of one image, without its batch axis. */
  shape: number[];
  /** Name of its output in the graph. */
  output: string;
  /** masked: [B, C, N + 1], the last column the plain mean. plain: the tensor itself, which several settings may share. */
  form: 'masked' | 'plain';
  sampling: Sampling;
}

/** Throws E_INPUT when the masks of a map drop everything again and again: that candidate cannot be rated. */
export function candidateOf(
  hook: HookPoint,
  shape: number[],
  sampling: Sampling,
): { candidate: Candidate; weights: Float32Array | null } {
  const [tensor] = hook.tensors;
  if (hook.kind !== 'conv' || sampling.mechanism === 'dropout') {
    return { candidate: { hook, tensor, shape, output: plainName(tensor), form: 'plain', sampling }, weights: null };
  }
  const [, height, width] = shape;
  const masks = drawDropBlockMasks(
    { seed: sampling.seed, stream: BANK_STREAM, image: 0, samples: sampling.samples },
    { height, width, blockSize: sampling.blockSize, dropProb: sampling.dropProb },
  );
  const { data } = samplingWeights({ masks, pooling: poolingOf('fullmean', height, width), includeMean: true, dtype: 'float32' });
  const output = `oodlab.means/${sampling.dropProb}/${sampling.blockSize}/${tensor}`;
  return { candidate: { hook, tensor, shape, output, form: 'masked', sampling }, weights: data };
}

const plainName = (tensor: string): string => `oodlab.plain/${tensor}`;

/** @param weights of the masked candidates, by output name: [positions, N + 1]. */
export function candidateGraph(
  model: OnnxModel,
  candidates: readonly Candidate[],
  weights: ReadonlyMap<string, Float32Array>,
): Uint8Array {
  const nodes: NodeProto[] = [];
  const constants: TensorProto[] = [];
  const outputs = new Map(candidates.map((candidate) => [candidate.output, candidate]));
  for (const { tensor, shape, output, form } of outputs.values()) {
    const floats = `${output}/float32`;
    nodes.push(makeNode('Cast', [tensor], [form === 'plain' ? output : floats], [intAttribute('to', FLOAT32)]));
    if (form === 'plain') continue;
    const data = weights.get(output)!;
    const [channels, height, width] = shape;
    const rows = height * width;
    constants.push(int64Tensor(`${output}/shape`, [-1, channels, rows]), {
      name: `${output}/weights`,
      dims: [rows, data.length / rows],
      dataType: FLOAT32,
      rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    });
    nodes.push(
      makeNode('Reshape', [floats, `${output}/shape`], [`${output}/flat`]),
      makeNode('MatMul', [`${output}/flat`, `${output}/weights`], [output]),
    );
  }
  const needed = ancestors(
    model.index,
    candidates.map(({ tensor }) => tensor),
  );
  return assemble(model, {
    nodes: [...needed.map((at) => model.index.nodes[at]), ...nodes],
    newInitializers: constants,
    outputs: [...outputs.keys()].map((name) => ({ name })),
  });
}
