/**
 * What tensors are, told from the ops that made them: feature maps (attention weights have four dimensions too and are
 * none), features of detector proposals, values that depend on the image by more than its size.
 */
import { descendants, type GraphIndex } from './graph-index.ts';
import type { ImageInput } from './image-input.ts';

export interface Roles {
  /** Depends on the values of the image, not only on its size. */
  values: Set<string>;
  /** Laid out as [N, C, H, W]. */
  maps: Set<string>;
  /** Maps behind the first convolution. */
  features: Set<string>;
  /** Behind a RoiAlign, one row for each proposal. */
  proposals: Set<string>;
}

/** Ops that only make sense on maps. */
const SPATIAL = new Set([
  'Conv',
  'ConvTranspose',
  'ConvInteger',
  'QLinearConv',
  'MaxPool',
  'AveragePool',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'LpPool',
  'Resize',
  'Upsample',
  'InstanceNormalization',
  'LRN',
  'DepthToSpace',
  'SpaceToDepth',
  'GridSample',
]);
/** Ops that may put other axes in place of height and width. */
const REARRANGES =
  /^(Reshape|Transpose|MatMul|Squeeze|Unsqueeze|Flatten|Einsum|Gemm|Expand|Tile|Gather|Reduce.*|GatherND|Scatter.*|MatMulInteger|QLinearMatMul|Attention|MultiHeadAttention)$/;
/** Ops that read nothing but the shape of their input. */
const SHAPE_ONLY = new Set(['Shape', 'Size', 'RandomUniformLike', 'RandomNormalLike', 'EyeLike']);
/** Ops that keep rows of proposals apart. */
const KEEPS_PROPOSALS =
  /^(Flatten|Reshape|Gemm|MatMul|Add|Relu|LeakyRelu|PRelu|Gelu|Sigmoid|HardSwish|Clip|Dropout|Identity|Cast|BatchNormalization|Scatter.*|Concat|Softmax|Conv|MaxPool|AveragePool|GlobalAveragePool|Quantize.*|Dequantize.*)$/;

export function tensorRoles(index: GraphIndex, image: ImageInput): Roles {
  const values = spread(index, [image.name], (op) => !SHAPE_ONLY.has(op));
  const maps = findMaps(index, image, values);
  const convolved = descendants(
    index,
    index.nodes.flatMap((node) =>
      /Conv/.test(node.opType ?? '') && values.has(node.output?.[0] ?? '') ? (node.output ?? []) : [],
    ),
  );
  const aligned = index.nodes.flatMap((node) => (/RoiAlign/.test(node.opType ?? '') ? (node.output ?? []) : []));
  return {
    values,
    maps,
    features: new Set([...maps].filter((name) => convolved.has(name))),
    proposals: spread(index, aligned, (op) => KEEPS_PROPOSALS.test(op)),
  };
}

/** Tensors reached from `sources` through ops that `passes` lets through. */
function spread(index: GraphIndex, sources: readonly string[], passes: (op: string) => boolean): Set<string> {
  const reached = new Set(sources);
  for (const at of index.order) {
    const node = index.nodes[at];
    if (!passes(node.opType ?? '') || !index.reads[at].some((name) => reached.has(name))) continue;
    for (const output of node.output ?? []) if (output !== '') reached.add(output);
  }
  return reached;
}

function findMaps(index: GraphIndex, image: ImageInput, values: ReadonlySet<string>): Set<string> {
  const maps = new Set<string>(image.layout === 'NCHW' ? [image.name] : []);
  for (const at of index.order) {
    const node = index.nodes[at];
    const op = node.opType ?? '';
    const outputs = (node.output ?? []).filter((name) => values.has(name));
    for (const output of outputs) {
      const isMap =
        SPATIAL.has(op) || (REARRANGES.test(op) ? leadsToSpatial(index, output) : index.reads[at].some((name) => maps.has(name)));
      if (isMap) maps.add(output);
    }
  }
  return maps;
}

/** Whether a convolution or the like reads the tensor, with at most elementwise ops between. */
function leadsToSpatial(index: GraphIndex, tensor: string): boolean {
  const seen = new Set([tensor]);
  const queue = [tensor];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    for (const at of index.consumers.get(name) ?? []) {
      const node = index.nodes[at];
      const op = node.opType ?? '';
      if (SPATIAL.has(op) && node.input?.[0] === name) return true;
      if (!/^(Cast|Identity|Add|Sub|Mul|Div|Relu|Clip|Pad|BatchNormalization|Dropout)$/.test(op)) continue;
      for (const output of node.output ?? []) {
        if (seen.has(output)) continue;
        seen.add(output);
        queue.push(output);
      }
    }
  }
  return false;
}
