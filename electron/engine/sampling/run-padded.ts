/** A batch of images through the session of a job. */
import type { LoadedBatch } from '../dataset/batch-loader.ts';
import { otherInput } from '../onnx/probe.ts';
import { NAMES } from '../onnx/sampling-graph.ts';
import type { Session, TensorData } from '../runtime/session.ts';
import { AppError } from '../../shared/errors.ts';
import type { SampleJob, SamplerInfo } from './job.ts';
import { padImages } from './load-ahead.ts';
import type { OpenedJob } from './open-job.ts';

/** Runs the session; a network with a frozen batch size gets its last image repeated until the batch is full. */
export async function runPadded(
  opened: OpenedJob,
  job: SampleJob,
  loaded: LoadedBatch,
  masks: Record<string, TensorData>,
): Promise<Record<string, TensorData>> {
  const { graph, session, model, info } = opened;
  const rows = loaded.indices.length;
  const batch = opened.fixedBatch ?? rows;
  const shape = opened.feed.batchAxis ? [batch, ...loaded.shape.slice(1)] : loaded.shape.slice(1);
  const feeds: Record<string, TensorData> = {
    ...padMasks(masks, rows, batch),
    [graph.input.name]: { dtype: graph.input.dtype, shape, data: padImages(loaded, batch) },
  };
  for (const name of graph.otherInputs) feeds[name] = otherInput(model, name, batch, job.model.otherInputs[name]);
  return runSession(session, feeds, info);
}

/** Per-image masks get rows for the padding too; a bank broadcasts. */
function padMasks(masks: Record<string, TensorData>, rows: number, batch: number): Record<string, TensorData> {
  if (rows === batch) return masks;
  const padded = Object.entries(masks).map(([name, tensor]): [string, TensorData] => {
    const perRow = tensor.shape[0] / rows;
    const isBank =
      name === NAMES.masks ? tensor.shape[0] === 1 && rows !== 1 : name.startsWith('oodlab.weights') && tensor.shape.length === 2;
    if (isBank) return [name, tensor];
    const data = new (tensor.data.constructor as Float32ArrayConstructor)((tensor.data.length / rows) * batch);
    data.set(tensor.data as Float32Array);
    data.fill(1, tensor.data.length);
    return [name, { dtype: tensor.dtype, shape: [perRow * batch, ...tensor.shape.slice(1)], data }];
  });
  return Object.fromEntries(padded);
}

async function runSession(
  session: Session,
  feeds: Record<string, TensorData>,
  info: SamplerInfo,
): Promise<Record<string, TensorData>> {
  try {
    return await session.run(feeds);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'E_MODEL_INVALID') throw error;
    throw new AppError(
      'E_MODEL_INVALID',
      `The model fails on images of ${info.inputShape.join('x')}: ${firstLine(error.detail)}`,
      {
        next: 'Check model.preprocess: size, channels and layout must be those the network was trained with.',
        ...(error.detail === undefined ? {} : { detail: error.detail }),
      },
    );
  }
}

function firstLine(detail: string | undefined): string {
  const line = (detail ?? '').split('\n')[0];
  return line.length > 240 ? `${line.slice(0, 240)}...` : line;
}
