/**
 * Opens an ONNX file: reads, decodes, checks. Weights are not copied (raw_data stays a view into the file's bytes) and
 * nothing is allocated by a size that the file only claims. A broken file is refused with one sentence.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError, isSystemError } from '../../shared/errors.ts';
import { allTensors, isExternal, locate, readExternal } from './external-data.ts';
import { refuseOtherKinds } from './file-signature.ts';
import { indexGraph, type GraphIndex } from './graph-index.ts';
import { oneSentence } from './one-sentence.ts';
import { dimsOf, elementBits, elementName, type GraphProto, type ModelProto, onnx, type TensorProto, toNumber } from './proto.ts';

/** What onnxruntime-node 1.30 reads. */
const NEWEST_IR = 13;
const NEWEST_OPSET = 26;

export interface OnnxModel {
  file: string;
  bytes: number;
  sha256: string;
  proto: ModelProto;
  index: GraphIndex;
  /** Locations of external weight files, as the model names them. */
  externalFiles: string[];
}

/** Reads and checks a model file. Throws E_INPUT, E_MODEL_INVALID or E_MODEL_UNSUPPORTED. */
export async function openModel(file: string): Promise<OnnxModel> {
  const absolute = path.resolve(file);
  const bytes = await readFile(absolute).catch((error: unknown) => {
    const why = isSystemError(error, 'ENOENT')
      ? 'does not exist'
      : isSystemError(error, 'EISDIR')
        ? 'is a folder'
        : 'cannot be read';
    throw new AppError('E_INPUT', `The model ${file} ${why}.`, { next: 'Check the path.', cause: error });
  });
  const name = path.basename(file);
  refuseOtherKinds(bytes, name);
  const proto = decode(bytes, name);
  checkVersions(proto, name);
  const graph = proto.graph!;
  const index = indexGraph(graph);
  if ((graph.output ?? []).length === 0) throw invalid(`${name} lists no outputs`, 'Export it again with its outputs.');
  const externalFiles = new Set<string>();
  const hash = createHash('sha256').update(bytes);
  for (const tensor of allTensors(graph)) checkTensor(tensor, absolute, externalFiles);
  for (const location of [...externalFiles].sort())
    hash.update(location).update(await readFile(path.join(path.dirname(absolute), location)));
  checkConvolutions(index);
  return { file: absolute, bytes: bytes.length, sha256: hash.digest('hex'), proto, index, externalFiles: [...externalFiles] };
}

function decode(bytes: Uint8Array, name: string): ModelProto {
  let proto: ModelProto;
  try {
    proto = onnx.ModelProto.decode(bytes);
  } catch (error) {
    const cut = error instanceof RangeError;
    throw invalid(
      cut ? `${name} is damaged or incomplete: the file ends inside its data` : `${name} is not an ONNX model`,
      cut ? 'Copy it again.' : 'Choose a file that an ONNX exporter wrote.',
      error,
    );
  }
  const graph: GraphProto | null | undefined = proto.graph;
  if (!graph || toNumber(proto.irVersion) <= 0 || ((graph.node ?? []).length === 0 && (graph.input ?? []).length === 0)) {
    throw invalid(
      `${name} is not an ONNX model, or it is incomplete: no graph was found in it`,
      'Copy it again, or choose a file that an ONNX exporter wrote.',
    );
  }
  return proto;
}

function checkVersions(proto: ModelProto, name: string): void {
  const ir = toNumber(proto.irVersion);
  const newer = (what: string): AppError =>
    new AppError('E_MODEL_UNSUPPORTED', `${name} needs a newer ONNX Runtime (${what}).`, {
      next: `Export it with opset ${NEWEST_OPSET} or older.`,
    });
  if (ir > NEWEST_IR) throw newer(`IR ${ir}`);
  for (const { domain, version } of proto.opsetImport ?? []) {
    if ((domain === '' || !domain || domain === 'ai.onnx') && toNumber(version) > NEWEST_OPSET)
      throw newer(`opset ${toNumber(version)}`);
  }
  if ((proto.opsetImport ?? []).length === 0)
    throw invalid(`${name} does not say which opset it uses; it may be incomplete`, 'Copy it again or export it again.');
}

/** The bytes that a tensor claims by its dims against those it has. */
function checkTensor(tensor: TensorProto, file: string, externalFiles: Set<string>): void {
  const bits = elementBits(tensor.dataType);
  const elements = dimsOf(tensor).reduce((a, b) => a * b, 1);
  const needs = Math.ceil((elements * bits) / 8);
  let holds: number | null = null;
  if (isExternal(tensor)) {
    const place = locate(tensor, file);
    externalFiles.add(place.location);
    holds = place.length;
  } else if (tensor.rawData && tensor.rawData.length > 0) holds = tensor.rawData.length;
  if (bits === 0) return;
  if (holds === null) {
    const listed = listedElements(tensor);
    // Packed element types put several values into one int32; only the plain ones can be counted here.
    if (listed === elements || (listed > 0 && listed >= elements)) return;
    throw invalid(
      `The weight "${tensor.name}" (${elementName(tensor.dataType)}) needs ${elements} values but holds ${listed}`,
      'Export the model again.',
    );
  }
  if (holds !== needs) {
    throw invalid(
      `The weight "${tensor.name}" needs ${needs.toLocaleString('en')} bytes but holds ${holds.toLocaleString('en')}`,
      'Copy the file again or export it again.',
    );
  }
}

function listedElements(tensor: TensorProto): number {
  const complex = tensor.dataType === 14 || tensor.dataType === 15 ? 2 : 1;
  const lists = [tensor.floatData, tensor.int32Data, tensor.int64Data, tensor.doubleData, tensor.uint64Data, tensor.stringData];
  return Math.max(...lists.map((list) => list?.length ?? 0)) / complex;
}

/** ONNX Runtime finds a wrong channel count only when it runs, and then names an optimised node: found here. */
function checkConvolutions(index: GraphIndex): void {
  const channels = new Map<string, number>();
  const passes = new Set([
    'Relu',
    'MaxPool',
    'AveragePool',
    'BatchNormalization',
    'Identity',
    'Dropout',
    'LeakyRelu',
    'Sigmoid',
    'Clip',
    'GlobalAveragePool',
  ]);
  for (const input of index.inputs) {
    const dim = input.type?.tensorType?.shape?.dim;
    if (dim?.length === 4 && dim[1].dimValue) channels.set(input.name ?? '', toNumber(dim[1].dimValue));
  }
  for (const at of index.order) {
    const node = index.nodes[at];
    const input = node.input?.[0] ?? '';
    const output = node.output?.[0] ?? '';
    if (passes.has(node.opType ?? '')) {
      const known = channels.get(input);
      if (known !== undefined) channels.set(output, known);
    }
    if (node.opType !== 'Conv') continue;
    const weight = index.initializers.get(node.input?.[1] ?? '');
    if (weight === undefined) continue;
    const dims = dimsOf(weight);
    const group = toNumber(node.attribute?.find((entry) => entry.name === 'group')?.i ?? 1) || 1;
    const known = channels.get(input);
    if (known !== undefined && known !== dims[1] * group) {
      throw invalid(
        `Node "${node.name || output}" (Conv) gets ${known} channels from "${input}", but its weight "${weight.name}" is ${dims.join('x')}${group > 1 ? ` with ${group} groups` : ''}`,
        'Export the model again.',
      );
    }
    channels.set(output, dims[0]);
  }
}

/** The bytes of a tensor's data, external or not; undefined when the values are listed in typed fields. */
export function rawBytes(model: Pick<OnnxModel, 'file'>, tensor: TensorProto): Uint8Array | undefined {
  if (isExternal(tensor)) return readExternal(locate(tensor, model.file));
  return tensor.rawData && tensor.rawData.length > 0 ? tensor.rawData : undefined;
}

function invalid(what: string, next: string, cause?: unknown): AppError {
  return new AppError('E_MODEL_INVALID', oneSentence(`${what}.`), { next, cause });
}
