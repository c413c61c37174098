/**
 * The second half of an exported monitor: samples -> entropies -> PCA -> detector -> threshold, in standard ONNX and in
 * float64 throughout, operation by operation what the engine computes. Appended to what monitor-head.ts wrote.
 */
import type { DetectorState } from '../detectors/detector.ts';
import { NodeWriter, opsetOf } from '../onnx/node-writer.ts';
import { BOOL, FLOAT64, intAttribute, onnx, toNumber, valueInfo, type GraphProto, type ModelProto } from '../onnx/proto.ts';
import { NAMES } from '../onnx/sampling-graph.ts';
import type { Projection } from '../linalg/pca.ts';
import type { Threshold } from '../metrics/threshold.ts';
import { detectorNodes, pcaNodes } from './detector-nodes.ts';
import { entropyNodes } from './entropy-nodes.ts';
import { justBelow } from './just-below.ts';
import type { MonitorHead } from './monitor-head.ts';
import { OUTPUTS } from './names.ts';

export interface Tail {
  space: 'entropy' | 'latent';
  projection: Projection | null;
  state: DetectorState;
  threshold: Threshold;
  /** Whether the entropies are an output too. */
  entropies: boolean;
}

export interface TailedMonitor {
  bytes: Uint8Array;
  opsets: Record<string, number>;
  irVersion: number;
  addedOps: string[];
}

/** @param headBytes what writeMonitorHead wrote. */
export function appendTail(headBytes: Uint8Array, head: MonitorHead, tail: Tail): TailedMonitor {
  const model = onnx.ModelProto.decode(headBytes);
  const graph: GraphProto = model.graph!;
  const w = new NodeWriter(opsetOf(model), 'monitor');
  const entropies = tail.space === 'entropy' || (tail.entropies && head.samples > 0) ? entropiesOf(w, head) : null;
  const vectors = tail.space === 'entropy' ? entropies! : latentsOf(w, head);
  const features = tail.projection === null ? vectors : pcaNodes(w, vectors, tail.projection);
  const score = detectorNodes(w, features, tail.state);
  w.op('Reshape', [score, w.ints([-1])], [], OUTPUTS.score);
  // A score that is not a number is never above anything: such an image raises the alarm.
  const { value, strict } = tail.threshold;
  w.op('Greater', [OUTPUTS.score, w.doubles([strict ? value : justBelow(value)])], [], OUTPUTS.decision);
  const added = [valueInfo(OUTPUTS.score, FLOAT64, ['B']), valueInfo(OUTPUTS.decision, BOOL, ['B'])];
  if (tail.entropies && entropies !== null) {
    w.op('Identity', [entropies], [], OUTPUTS.entropies);
    added.push(valueInfo(OUTPUTS.entropies, FLOAT64, ['B', head.info.entropyDim]));
  }
  const own = (graph.output ?? []).slice(0, head.own.length);
  graph.node = [...(graph.node ?? []), ...w.nodes];
  graph.initializer = [...(graph.initializer ?? []), ...w.constants];
  graph.output = [...own, ...added];
  graph.name = 'oodlab monitor';
  return {
    bytes: onnx.ModelProto.encode(model).finish(),
    opsets: opsetsOf(model),
    irVersion: toNumber(model.irVersion),
    addedOps: [...new Set(w.nodes.map(({ opType }) => opType ?? ''))].sort(),
  };
}

function entropiesOf(w: NodeWriter, { blocks, samples }: MonitorHead): string {
  const parts = blocks.map(({ channels, groups }, i) => {
    const columns = w.slice(NAMES.samples(i), 2, 0, groups * samples);
    return entropyNodes(w, w.reshape(columns, [0, channels * groups, samples]), samples);
  });
  return joined(w, parts);
}

/** The latent without sampling: further columns of each block, or an output of its own. */
function latentsOf(w: NodeWriter, { blocks, samples }: MonitorHead): string {
  if (blocks.some(({ withMean }) => !withMean)) return w.cast(NAMES.latent, FLOAT64);
  const parts = blocks.map(({ channels, groups }, i) => {
    const columns = w.slice(NAMES.samples(i), 2, groups * samples, groups * (samples + 1));
    return w.cast(w.reshape(columns, [0, channels * groups]), FLOAT64);
  });
  return joined(w, parts);
}

function joined(w: NodeWriter, parts: string[]): string {
  return parts.length === 1 ? parts[0] : w.op('Concat', parts, [intAttribute('axis', 1)]);
}

function opsetsOf({ opsetImport }: ModelProto): Record<string, number> {
  return Object.fromEntries((opsetImport ?? []).map(({ domain, version }) => [domain || 'ai.onnx', toNumber(version)]));
}
