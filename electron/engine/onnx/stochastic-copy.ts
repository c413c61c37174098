/**
 * Mechanism `model`: the part of the graph from its first stochastic nodes to the hook, copied to run N times in one
 * batch. What comes before runs once; its tensors are repeated row by row. The random numbers are fed in, so that
 * they are seeded and the same on every provider.
 */
import { AppError } from '../../shared/errors.ts';
import { reducesBatch } from './batch-coupling.ts';
import { ancestors, descendants } from './graph-index.ts';
import { oneSentence } from './one-sentence.ts';
import type { OnnxModel } from './open-model.ts';
import type { Seen } from './probe.ts';
import { attribute, intAttribute, makeNode, type NodeProto } from './proto.ts';
import { dropoutState, isRandomOp } from './stochastic.ts';

const DEFAULT_RATIO = 0.5;

/** A random node whose numbers the caller feeds, one row for each image and sample. */
export interface FedNode {
  /** Name of the input to feed: float32 [B * N, ...shape]. */
  feed: string;
  /** dropout: keep / (1 - ratio). uniform: numbers in [0, 1). */
  kind: 'dropout' | 'uniform';
  node: string;
  ratio: number;
  /** Shape of one row. */
  shape: number[];
}

export interface StochasticCopy {
  nodes: NodeProto[];
  /** Name of the hooked tensor in the copy. */
  hook: string;
  /** Name of the further tensor in the copy; null: none was asked for. */
  also: string | null;
  fed: FedNode[];
}

interface CopyOptions {
  hook: string;
  /** A further tensor that is sampled along, as the logits; null: none. */
  also: string | null;
  input: string;
  seen: ReadonlyMap<string, Seen>;
  rows: string;
}

const renamed = (name: string): string => `oodlab.mc/${name}`;
const repeated = (name: string): string => `oodlab.repeat/${name}`;

/** Copies the stochastic part. Throws E_INPUT when there is none, E_MODEL_UNSUPPORTED when a node cannot be seeded. */
export function stochasticCopy(model: OnnxModel, options: CopyOptions): StochasticCopy {
  const { index } = model;
  const needed = ancestors(index, [options.hook, ...(options.also === null ? [] : [options.also])]);
  const random = needed.filter((at) => index.nodes[at].opType === 'Dropout' || isRandomOp(index.nodes[at].opType));
  refuseHidden(needed.map((at) => index.nodes[at]));
  if (random.length === 0) {
    throw new AppError('E_INPUT', oneSentence(`No stochastic node lies between the input and "${options.hook}".`), {
      next: 'Use the mechanism "dropblock" or "dropout", or hook a tensor behind the Dropout node.',
    });
  }
  const drawn = descendants(
    index,
    random.flatMap((at) => index.nodes[at].output ?? []),
  );
  if (options.also !== null && !drawn.has(options.also)) throw unsupported(`"${options.also}" does not depend on it`);
  const copied = new Set(
    needed.filter((at) => random.includes(at) || (index.nodes[at].output ?? []).some((name) => drawn.has(name))),
  );
  const dependent = descendants(index, [options.input]);
  // Sizes that were computed from the batch must be computed again for the repeated batch: integers join the copy.
  const frontier = new Set<string>();
  const queue = [...copied];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const name of readsInCopy(index.nodes[at], index.reads[at])) {
      const from = index.producer.get(name);
      if (!dependent.has(name) || (from !== undefined && copied.has(from))) continue;
      const isSize = from !== undefined && /int/.test(options.seen.get(name)?.dtype ?? '');
      if (!isSize) frontier.add(name);
      else {
        copied.add(from);
        queue.push(from);
      }
    }
  }
  for (const at of copied) refuseCoupling(model, index.nodes[at], options.seen);
  const fed: FedNode[] = [];
  const inCopy = new Set([...copied].flatMap((at) => index.nodes[at].output ?? []));
  const rename = (name: string): string => (inCopy.has(name) ? renamed(name) : frontier.has(name) ? repeated(name) : name);
  const body = needed
    .filter((at) => copied.has(at))
    .map((at) => copyNode(model, index.nodes[at], { rename, fed, seen: options.seen }));
  const repeats = [...frontier].map((name) =>
    makeNode('Gather', [name, options.rows], [repeated(name)], [intAttribute('axis', 0)]),
  );
  return {
    nodes: [...repeats, ...body],
    hook: renamed(options.hook),
    also: options.also === null ? null : renamed(options.also),
    fed,
  };
}

/** Random nodes read shapes only; what they read need not be repeated when their numbers are fed. */
function readsInCopy(node: NodeProto, reads: readonly string[]): readonly string[] {
  if (node.opType === 'Dropout') return [node.input?.[0] ?? ''];
  return isRandomOp(node.opType) ? [] : reads;
}

function refuseHidden(nodes: readonly NodeProto[]): void {
  const hides = (node: NodeProto): boolean =>
    (node.attribute ?? []).some((entry) =>
      [...(entry.g ? [entry.g] : []), ...(entry.graphs ?? [])].some((graph) =>
        (graph.node ?? []).some((inner) => inner.opType === 'Dropout' || isRandomOp(inner.opType) || hides(inner)),
      ),
    );
  const hiding = nodes.find(hides);
  if (hiding !== undefined)
    throw unsupported(`a random node lies inside the ${hiding.opType} node "${hiding.name || hiding.output?.[0]}"`);
}

/** A sum over the batch would be one over all images and samples. */
function refuseCoupling(model: OnnxModel, node: NodeProto, seen: ReadonlyMap<string, Seen>): void {
  const input = seen.get(node.input?.[0] ?? '');
  if (input !== undefined && !input.dtype.startsWith('float')) return;
  if (!reducesBatch(model, node, input?.shape.length)) return;
  throw unsupported(`"${node.output?.[0] ?? ''}" is taken over the whole batch, so that samples would depend on each other`);
}

interface CopyContext {
  rename: (name: string) => string;
  fed: FedNode[];
  seen: ReadonlyMap<string, Seen>;
}

function copyNode(model: OnnxModel, node: NodeProto, { rename, fed, seen }: CopyContext): NodeProto {
  const output = node.output?.[0] ?? '';
  const name = node.name || output;
  const feed = `oodlab.fed.${fed.length}`;
  const shape = seen.get(output)?.shape.slice(1);
  if (node.opType === 'Dropout' || node.opType === 'RandomUniformLike' || node.opType === 'RandomUniform') {
    if (shape === undefined) throw unsupported(`the shape of "${output}" is not known`);
    if (node.opType !== 'Dropout') {
      if ((attribute(node, 'low')?.f ?? 0) !== 0 || (attribute(node, 'high')?.f ?? 1) !== 1)
        throw unsupported(`"${name}" draws from another range than 0 to 1`);
      fed.push({ feed, kind: 'uniform', node: name, ratio: 0, shape });
      return { opType: 'Identity', name: renamed(name), input: [feed], output: [renamed(output)] };
    }
    const { ratio } = dropoutState(model, model.index, node);
    fed.push({ feed, kind: 'dropout', node: name, ratio: ratio ?? DEFAULT_RATIO, shape });
    return { opType: 'Mul', name: renamed(name), input: [rename(node.input?.[0] ?? ''), feed], output: [renamed(output)] };
  }
  if (isRandomOp(node.opType)) throw unsupported(`"${name}" is a ${node.opType}, whose numbers cannot be fed`);
  return {
    ...node,
    name: renamed(name),
    input: (node.input ?? []).map(rename),
    output: (node.output ?? []).map((out) => (out === '' ? '' : renamed(out))),
  };
}

function unsupported(why: string): AppError {
  return new AppError('E_MODEL_UNSUPPORTED', oneSentence(`The model's own sampling cannot be seeded: ${why}.`), {
    next: 'Use the mechanism "dropblock" or "dropout" at a tensor in front of it.',
  });
}
