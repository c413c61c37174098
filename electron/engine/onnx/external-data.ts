/**
 * Weights kept in files beside the model. A location may only point into the model's own folder, links resolved;
 * offset and length are checked against the real file before a byte is read.
 */
import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { oneSentence } from './one-sentence.ts';
import { type GraphProto, type TensorProto } from './proto.ts';

export interface ExternalLocation {
  /** As the model writes it. */
  location: string;
  file: string;
  offset: number;
  /** Bytes to read. */
  length: number;
}

export function isExternal(tensor: TensorProto): boolean {
  return tensor.dataLocation === 1;
}

/** Every tensor of a graph that could be external: initializers and constants, in subgraphs too. */
export function allTensors(graph: GraphProto): TensorProto[] {
  const tensors = [...(graph.initializer ?? [])];
  for (const node of graph.node ?? []) {
    for (const attribute of node.attribute ?? []) {
      if (attribute.t) tensors.push(attribute.t);
      tensors.push(...(attribute.tensors ?? []));
      for (const inner of [...(attribute.g ? [attribute.g] : []), ...(attribute.graphs ?? [])])
        tensors.push(...allTensors(inner));
    }
  }
  return tensors;
}

/** Where an external tensor lies. Throws E_MODEL_INVALID when the place is forbidden, missing or too short. */
export function locate(tensor: TensorProto, modelFile: string): ExternalLocation {
  const entries = new Map((tensor.externalData ?? []).map((entry) => [entry.key ?? '', entry.value ?? '']));
  const location = entries.get('location') ?? '';
  const folder = realpathSync(path.dirname(modelFile));
  const outside =
    path.isAbsolute(location) || path.win32.isAbsolute(location) || /(^|[\\/])\.\.([\\/]|$)/.test(location) || location === '';
  const refused = (): AppError =>
    new AppError(
      'E_MODEL_INVALID',
      oneSentence(`Refused: the weights of "${tensor.name}" point outside the model's own folder ("${location}").`),
      {
        next: 'Export the model with its data file in the same folder.',
      },
    );
  if (outside) throw refused();
  const wanted = path.join(folder, location);
  let file: string;
  let size: number;
  try {
    file = realpathSync(wanted);
    size = statSync(file).size;
  } catch {
    throw new AppError(
      'E_MODEL_INVALID',
      oneSentence(`The weights file "${location}" is missing; it was looked for at ${wanted}.`),
      {
        next: 'Put it beside the model.',
      },
    );
  }
  if (!file.startsWith(folder + path.sep)) throw refused();
  const offset = Number(entries.get('offset') ?? 0);
  const length = entries.has('length') ? Number(entries.get('length')) : size - offset;
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || offset + length > size) {
    throw new AppError(
      'E_MODEL_INVALID',
      oneSentence(`The weights file "${location}" is too short: "${tensor.name}" ends at byte ${offset + length} of ${size}.`),
      {
        next: 'Copy it again.',
      },
    );
  }
  return { location, file, offset, length };
}

/** Reads the bytes of an external tensor. */
export function readExternal({ file, offset, length }: ExternalLocation): Uint8Array {
  const bytes = new Uint8Array(length);
  const handle = openSync(file, 'r');
  try {
    let done = 0;
    while (done < length) {
      const read = readSync(handle, bytes, done, length - done, offset + done);
      if (read === 0) throw new AppError('E_MODEL_INVALID', `The weights file ${file} ended early.`, { next: 'Copy it again.' });
      done += read;
    }
  } finally {
    closeSync(handle);
  }
  return bytes;
}
