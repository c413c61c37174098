/**
 * The first half of an exported monitor: the network with its own outputs and, behind the hook, the run's sampling with
 * its mask bank built in. Made where models of users are run; the second half (monitor-tail.ts) needs no runtime.
 */
import { writeFile } from 'node:fs/promises';
import type { ModelWarning } from '../../shared/domain.ts';
import { AppError } from '../../shared/errors.ts';
import { assemble } from '../onnx/assemble.ts';
import { ancestors } from '../onnx/graph-index.ts';
import { NodeWriter, opsetOf } from '../onnx/node-writer.ts';
import { oneSentence } from '../onnx/one-sentence.ts';
import type { OnnxModel } from '../onnx/open-model.ts';
import { elementNumber, int64Tensor, intAttribute, onnx, type NodeProto, type TensorProto } from '../onnx/proto.ts';
import { NAMES, samplingParts, type SamplingParts } from '../onnx/sampling-graph.ts';
import { dropoutState, isRandomOp } from '../onnx/stochastic.ts';
import type { TensorData } from '../runtime/session.ts';
import type { JobFeed } from '../sampling/job-input.ts';
import type { SampleJob, SamplerInfo } from '../sampling/job.ts';
import { openModelForJob, type OpenedJob } from '../sampling/open-job.ts';
import { OUTPUTS } from './names.ts';
import { withUsableOpset } from './usable-opset.ts';

/** What was found out about the network while the half was written. */
export interface MonitorHead {
  info: SamplerInfo;
  feed: JobFeed;
  /** Name of the image input. */
  input: string;
  otherInputs: string[];
  /** The network's own outputs. */
  own: string[];
  blocks: OpenedJob['blocks'];
  /** Samples of an image; 0 without sampling. */
  samples: number;
  fixedBatch: number | null;
  warnings: ModelWarning[];
}

/** Writes the half to `file`. Throws E_MODEL_UNSUPPORTED when the network or its hook cannot become a monitor. */
export async function writeMonitorHead(job: SampleJob, file: string, signal?: AbortSignal): Promise<MonitorHead> {
  const opened = await openModelForJob(job, signal);
  try {
    const { info, feed, blocks, samples, fixedBatch } = opened;
    if (info.hookKind === 'roi') throw proposals();
    const model = withUsableOpset(opened.model);
    const own = (model.index.graph.output ?? []).map(({ name }) => name ?? '');
    refuseTakenNames(model);
    const parts = samplingParts(model, { ...opened.spec, logits: null }, own);
    const bank = bankNodes(parts, opened, opsetOf(model.proto));
    const bytes = assemble(model, {
      nodes: [...bank.nodes, ...parts.nodes],
      newInputs: parts.imageInputs,
      newInitializers: [...parts.constants, ...bank.constants],
      outputs: [...(model.index.graph.output ?? []), ...parts.outputs],
    });
    signal?.throwIfAborted();
    await writeFile(file, bytes);
    const probed = info.warnings.filter(({ code }) => code !== 'FIXED_BATCH');
    const warnings = [...probed, ...batchWarnings(fixedBatch), ...ownWarnings(model, own)];
    const { otherInputs, input } = parts;
    return { info, feed, input: input.name, otherInputs, own, blocks, samples, fixedBatch, warnings };
  } finally {
    await opened.session.release();
  }
}

/**
 * What a run feeds, as constants. The network's own random nodes take a row for each image and sample, so their bank is
 * repeated for as many images as the batch has.
 */
function bankNodes(parts: SamplingParts, opened: OpenedJob, opset: number): { nodes: NodeProto[]; constants: TensorProto[] } {
  const { feeds } = opened.masks.feeds(0, Int32Array.of(0));
  if (opened.spec.suffix !== 'model') {
    return { nodes: [], constants: Object.entries(feeds).map(([name, tensor]) => ({ ...tensorOf(tensor), name })) };
  }
  const w = new NodeWriter(opset, 'oodlab.bank');
  const batch = opened.feed.batchAxis ? w.slice(w.op('Shape', [parts.input.name]), 0, 0, 1) : w.ints([1]);
  const repeat = (x: string, row: readonly number[], to: string): string => {
    const wide = w.op('Expand', [x, w.op('Concat', [batch, w.ints(row)], [intAttribute('axis', 0)])]);
    return w.op('Reshape', [wide, w.ints([-1, ...row.slice(1)])], [], to);
  };
  for (const { feed } of opened.graph.fed) repeat(w.constant(tensorOf(feeds[feed])), feeds[feed].shape, feed);
  const one = { name: 'value', type: onnx.AttributeProto.AttributeType.TENSOR, t: int64Tensor('', [1]) };
  const images = w.op('NonZero', [w.op('ConstantOfShape', [batch], [one])]);
  repeat(w.reshape(images, [-1, 1]), [opened.samples], NAMES.rows);
  return { nodes: w.nodes, constants: w.constants };
}

function tensorOf({ dtype, shape, data }: TensorData): TensorProto {
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { dims: [...shape], dataType: elementNumber(dtype), rawData };
}

function refuseTakenNames({ index }: OnnxModel): void {
  const inputs = index.inputs.map(({ name }) => name);
  const taken = Object.values(OUTPUTS).find(
    (name) => index.producer.has(name) || index.initializers.has(name) || inputs.includes(name),
  );
  if (taken === undefined) return;
  throw new AppError('E_MODEL_UNSUPPORTED', `The network has a tensor "${taken}", which is a name that a monitor needs.`, {
    next: 'Rename that tensor and export the network again.',
  });
}

function batchWarnings(fixedBatch: number | null): ModelWarning[] {
  if (fixedBatch === null) return [];
  const images = fixedBatch === 1 ? 'one image' : `exactly ${fixedBatch} images`;
  return [{ code: 'FIXED_BATCH', message: `The network takes ${images} at a time, and so does the monitor.` }];
}

/** What a reader must know about the network's own outputs. */
function ownWarnings(model: OnnxModel, own: readonly string[]): ModelWarning[] {
  const { index } = model;
  const nodes = ancestors(index, own).map((at) => index.nodes[at]);
  const warnings: ModelWarning[] = [];
  const active = nodes.filter((node) => node.opType === 'Dropout' && dropoutState(model, index, node).state !== 'inactive');
  if (active.length > 0)
    warnings.push({
      code: 'OWN_DROPOUT_OFF',
      message: "The network's own Dropout is switched off in the monitor: its own outputs are those of evaluation mode.",
    });
  const random = nodes.find((node) => isRandomOp(node.opType));
  if (random !== undefined)
    warnings.push({
      code: 'OWN_OUTPUTS_RANDOM',
      message: oneSentence(
        `The network's own outputs depend on the random node "${random.name || random.output?.[0]}" and differ from call to call, as before; the score does not.`,
      ),
    });
  const foreign = [...new Set(nodes.map(({ domain }) => domain || 'ai.onnx'))].filter((domain) => domain !== 'ai.onnx');
  if (foreign.length > 0)
    warnings.push({
      code: 'OWN_DOMAINS',
      message: `The network itself uses operators of ${foreign.join(', ')}; what the monitor adds is standard ONNX.`,
    });
  return warnings;
}

function proposals(): AppError {
  return new AppError(
    'E_MODEL_UNSUPPORTED',
    'A monitor on the features of proposals cannot be exported: their number changes from image to image.',
    {
      next: "Hook the detector's feature maps (kind rpn) or a map of its backbone.",
    },
  );
}
