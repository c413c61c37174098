/**
 * The oldest operator set that an exported monitor can be written in. Opsets 7 and 8 are raised to it where no node of the
 * network means something else there; nothing is ever converted.
 */
import { AppError } from '../../shared/errors.ts';
import { opsetOf } from '../onnx/node-writer.ts';
import type { OnnxModel } from '../onnx/open-model.ts';
import { attribute, onnx, toNumber, type NodeProto } from '../onnx/proto.ts';

const OLDEST = 9;
const RAISED_FROM = 7;
/** Ops whose form in opset 9 differs in more than accepted types; branches and loops may hold one of them. */
const CHANGED = new Set(['Upsample', 'Scan', 'Loop', 'If']);

/** The model, with its opset raised where that is safe. Throws E_MODEL_UNSUPPORTED where it is not. */
export function withUsableOpset(model: OnnxModel): OnnxModel {
  const opset = opsetOf(model.proto);
  if (opset >= OLDEST) return model;
  if (opset < RAISED_FROM || model.index.nodes.some(changesMeaning)) {
    throw new AppError('E_MODEL_UNSUPPORTED', `A monitor cannot be written in opset ${opset}, which the model uses.`, {
      next: `Export the network with opset 13, or any from ${OLDEST} on.`,
    });
  }
  const opsetImport = (model.proto.opsetImport ?? []).map((entry) =>
    !entry.domain || entry.domain === 'ai.onnx' ? { ...entry, version: OLDEST } : entry,
  );
  return { ...model, proto: onnx.ModelProto.create({ ...model.proto, opsetImport }) };
}

function changesMeaning(node: NodeProto): boolean {
  if (CHANGED.has(node.opType ?? '')) return true;
  // Opset 9 dropped the statistics for each position.
  return node.opType === 'BatchNormalization' && toNumber(attribute(node, 'spatial')?.i ?? 1) !== 1;
}
