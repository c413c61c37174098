/**
 * Describes a model: what it is, what can be hooked, what to be careful about. Called in an inference process (the
 * network is run on made-up images), by `oodlab inspect` and by the wizard. The file is only read.
 */
import type { ModelInfo, ModelWarning, TensorInfo } from '../../shared/domain.ts';
import { AppError } from '../../shared/errors.ts';
import { statedShape } from './graph-index.ts';
import { hookPoints } from './hook-points.ts';
import { imageInput, type ImageInput } from './image-input.ts';
import { findLogits } from './logits.ts';
import { modelWarnings } from './model-warnings.ts';
import { openModel, type OnnxModel } from './open-model.ts';
import { probeModel } from './probe-model.ts';
import { elementName, toNumber, type ValueInfoProto } from './proto.ts';
import { findStochastic } from './stochastic.ts';
import { countParameters } from './weight-scan.ts';

/** Opens and runs a model to describe it. Throws E_INPUT, E_MODEL_INVALID or E_MODEL_UNSUPPORTED. */
export async function inspectModel(file: string, signal?: AbortSignal): Promise<ModelInfo> {
  const model = await openModel(file);
  if (signal?.aborted === true) throw new AppError('E_CANCELLED', 'Cancelled.');
  const info = plainInfo(model);
  const image = findImage(model);
  if ('warning' in image) return { ...info, warnings: [image.warning] };
  const probe = await probeModel(model, image, signal);
  const logits = info.logits;
  const hooks = hookPoints(model, image, probe);
  const warnings = modelWarnings({ model, image, probe, hooks, stochastic: info.stochastic, logits });
  return { ...info, imageInput: image.name, fixedBatch: probe.batch, hooks, warnings };
}

/** A model whose image input cannot be told is still described; what stands in the way becomes a warning. */
function findImage(model: OnnxModel): ImageInput | { warning: ModelWarning } {
  try {
    return imageInput(model, null);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { warning: { code: 'NO_IMAGE_INPUT', message: `${error.message} ${error.next ?? ''}`.trim() } };
  }
}

/** What the file says without being run. */
function plainInfo(model: OnnxModel): ModelInfo {
  const { proto, index } = model;
  const ops: Record<string, number> = {};
  for (const { opType, domain } of index.nodes) {
    const op = domain && domain !== 'ai.onnx' ? `${domain}::${opType ?? ''}` : (opType ?? '');
    ops[op] = (ops[op] ?? 0) + 1;
  }
  return {
    file: model.file,
    sha256: model.sha256,
    bytes: model.bytes,
    externalFiles: model.externalFiles,
    irVersion: toNumber(proto.irVersion),
    opsets: Object.fromEntries((proto.opsetImport ?? []).map(({ domain, version }) => [domain || 'ai.onnx', toNumber(version)])),
    producer: [proto.producerName, proto.producerVersion].filter((part) => part).join(' '),
    metadata: Object.fromEntries((proto.metadataProps ?? []).map(({ key, value }) => [key ?? '', value ?? ''])),
    parameters: countParameters(index),
    ops: Object.fromEntries(Object.entries(ops).sort(([a], [b]) => (a < b ? -1 : 1))),
    inputs: index.inputs.map(describeTensor),
    outputs: (index.graph.output ?? []).map(describeTensor),
    imageInput: null,
    logits: findLogits(model),
    fixedBatch: null,
    stochastic: findStochastic(model),
    hooks: [],
    warnings: [],
  };
}

function describeTensor(info: ValueInfoProto): TensorInfo {
  const { type } = info;
  const dtype = type?.sequenceType ? 'sequence' : type?.mapType ? 'map' : elementName(type?.tensorType?.elemType);
  return { name: info.name ?? '', dtype, shape: statedShape(info) };
}
