/**
 * The list of tensors that can be hooked: kind, shape, features, label. Built from one look at the running network
 * (probe-model.ts); which of them are good choices is decided in recommend.ts.
 */
import type { Dim, HookKind, HookPoint } from '../../shared/domain.ts';
import { descendants } from './graph-index.ts';
import type { ImageInput } from './image-input.ts';
import { uniqueLabels } from './labels.ts';
import { classifierOutput, dependsOnRandom } from './logits.ts';
import type { OnnxModel } from './open-model.ts';
import type { ModelProbe, SeenTensor } from './probe-model.ts';
import { isFloat } from './proto.ts';
import { pyramids } from './pyramids.ts';
import { recommend } from './recommend.ts';
import { randomOutputs } from './stochastic.ts';
import { type Roles, tensorRoles } from './tensor-roles.ts';

export interface Look {
  model: OnnxModel;
  image: ImageInput;
  probe: ModelProbe;
  roles: Roles;
  /** The classifier's output in front of any Softmax, random or not. */
  logits: string | null;
}

/** All hook points in running order, groups of pyramid levels last. */
export function hookPoints(model: OnnxModel, image: ImageInput, probe: ModelProbe): HookPoint[] {
  const look: Look = { model, image, probe, roles: tensorRoles(model.index, image), logits: classifierOutput(model) };
  const { index } = model;
  const random = descendants(index, randomOutputs(model));
  const single = [...probe.tensors].flatMap(([name, seen]) => {
    const kind = kindOf(look, name, seen);
    return kind === null ? [] : [{ tensors: [name], kind, seen }];
  });
  const groups = pyramids(look, new Set(single.filter(({ kind }) => kind === 'conv').map(({ tensors }) => tensors[0])));
  const named = single.map(({ tensors: [tensor] }) => {
    const node = index.nodes[index.producer.get(tensor)!];
    return { tensor, node: node.name ?? '', op: node.opType ?? '' };
  });
  const labels = uniqueLabels(named);
  const labelOf = new Map(named.map(({ tensor }, i) => [tensor, labels[i]]));
  const hooks: HookPoint[] = single.map(({ tensors, kind, seen }, i) => ({
    tensors,
    label: labels[i],
    op: named[i].op,
    node: named[i].node,
    dtype: seen.dtype,
    shape: shownShape(look, kind, seen),
    kind,
    features: featuresOf(kind, seen.shape),
    stochastic: random.has(tensors[0]),
    recommended: null,
    note: caveat(look, kind, tensors[0]),
  }));
  const levels = groups.map((tensors) => group(look, tensors, { labelOf, random, named }));
  return recommend(look, [...hooks, ...levels]);
}

function kindOf({ roles, image }: Look, name: string, { dtype, shape, batched }: SeenTensor): HookKind | null {
  if (!isFloat(dtype) || !roles.values.has(name)) return null;
  if (roles.proposals.has(name)) return shape.length === 2 && shape[1] > 1 ? 'roi' : null;
  const perImage = image.batchAxis ? batched : shape.length === 4 && shape[0] === 1;
  if (!perImage) return null;
  if (shape.length === 4) return roles.maps.has(name) ? 'conv' : null;
  if (shape.length === 3) return shape[2] > 1 ? 'tokens' : null;
  return shape.length === 2 && shape[1] > 1 ? 'fc' : null;
}

/** The batch axis by its name where it is free. Proposals keep the count that was seen. */
function shownShape({ image, probe }: Look, kind: HookKind, { shape }: SeenTensor): Dim[] {
  if (kind === 'roi' || !image.batchAxis) return [...shape];
  const symbol = typeof image.shape[0] === 'string' ? image.shape[0] : 'N';
  return [probe.batch ?? symbol, ...shape.slice(1)];
}

function featuresOf(kind: HookKind, shape: readonly number[]): number {
  return kind === 'roi' ? shape[0] : kind === 'tokens' ? shape[2] : shape[1];
}

interface GroupContext {
  labelOf: ReadonlyMap<string, string>;
  random: ReadonlySet<string>;
  named: readonly { tensor: string; node: string; op: string }[];
}

function group(look: Look, tensors: string[], { labelOf, random, named }: GroupContext): HookPoint {
  const seen = tensors.map((name) => look.probe.tensors.get(name)!);
  const first = named.find(({ tensor }) => tensor === tensors[0])!;
  return {
    tensors,
    label: groupLabel(tensors.map((name) => labelOf.get(name)!)),
    op: first.op,
    node: first.node,
    dtype: seen[0].dtype,
    shape: shownShape(look, 'rpn', seen[0]),
    kind: 'rpn',
    features: seen.reduce((sum, { shape }) => sum + shape[1], 0),
    stochastic: tensors.some((name) => random.has(name)),
    recommended: null,
    note: `${tensors.length} levels of ${seen.map(({ shape }) => `${shape[2]}x${shape[3]}`).join(', ')}`,
  };
}

function groupLabel(labels: readonly string[]): string {
  const last = labels[labels.length - 1];
  let same = 0;
  while (same < labels[0].length && labels.every((label) => label[same] === labels[0][same])) same++;
  const prefix = labels[0].slice(0, same);
  return prefix.length >= 6 ? `${prefix}* (${labels.length} levels)` : `${labels[0]} ... ${last} (${labels.length} levels)`;
}

/** Why a hook is a doubtful choice; null when it is not. */
function caveat({ model, roles, probe, logits }: Look, kind: HookKind, tensor: string): string | null {
  const { shape } = probe.tensors.get(tensor)!;
  const notes: string[] = [];
  if (dependsOnRandom(model, tensor)) notes.push('behind a random node: for the mechanism "model" only');
  if (kind === 'conv' && shape[2] * shape[3] === 1) notes.push('a 1x1 map: DropBlock has nothing to drop around');
  if (kind === 'conv' && !roles.features.has(tensor)) notes.push('preprocessed image, in front of the first convolution');
  if (kind === 'roi') notes.push('one feature for each proposal; their number may change from image to image');
  if (kind === 'tokens') notes.push('no feature map: DropBlock does not apply, Dropout does');
  const op = model.index.nodes[model.index.producer.get(tensor)!].opType;
  if (op === 'DequantizeLinear') notes.push('values lie on the grid of the quantisation, so that equal distances are frequent');
  if (kind !== 'conv' && (op === 'Softmax' || op === 'LogSoftmax')) notes.push('probabilities');
  if (tensor === logits) notes.push('the logits');
  return notes.length === 0 ? null : notes.join('; ');
}
