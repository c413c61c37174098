/** The strongest channel of one image at a feature map, kept open so that the next image costs one pass. */
import { createBatchLoader } from '../dataset/batch-loader.ts';
import { loaderSet } from '../dataset/set-source.ts';
import { AppError } from '../../shared/errors.ts';
import { imageInput } from '../onnx/image-input.ts';
import { openModel } from '../onnx/open-model.ts';
import { openProbe, type Probe } from '../onnx/probe.ts';
import { inputShape, jobFeed, type JobFeed } from '../sampling/job-input.ts';
import type { HookMap, HookMapRequest } from './job.ts';

interface Warm {
  key: string;
  probe: Probe;
  feed: JobFeed;
  shape: number[];
}

export class HookMaps {
  private warm: Warm | null = null;
  private last: Promise<unknown> = Promise.resolve();

  /** Throws E_INPUT when the tensor is not a feature map, E_DATASET when the image cannot be read. */
  map(request: HookMapRequest, signal?: AbortSignal): Promise<HookMap> {
    // One after the other: the session that one of them closes must not be at work for another.
    const turn = this.last.then(() => this.draw(request, signal));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async draw(request: HookMapRequest, signal: AbortSignal | undefined): Promise<HookMap> {
    signal?.throwIfAborted();
    const { probe, feed, shape } = await this.open(request);
    const { set, index, tensor } = request;
    const loader = createBatchLoader({
      sets: [loaderSet(set)],
      preprocess: request.model.preprocess,
      input: feed,
      threads: 1,
    });
    try {
      const { data, indices, ats, rejected } = await loader.load(set.name, index, index + 1, signal);
      if (indices.length === 0) throw unreadable(set.name, rejected[0]?.reason ?? 'there is no image of this number');
      const image = { dtype: feed.dtype, shape, data };
      const seen = (await probe.run(shape, { others: request.model.otherInputs, image })).get(tensor);
      if (seen === undefined || seen.shape.length !== 4) throw noMap(tensor);
      return { at: ats[0], ...strongest(seen.data as Float32Array, seen.shape) };
    } finally {
      await loader.close();
    }
  }

  async close(): Promise<void> {
    await this.warm?.probe.release();
    this.warm = null;
  }

  private async open({ model, tensor, set, threads }: HookMapRequest): Promise<Warm> {
    const key = JSON.stringify([model, tensor, set.path]);
    if (this.warm?.key === key) return this.warm;
    await this.close();
    const opened = await openModel(model.path);
    const input = imageInput(opened, model.input);
    const feed = await jobFeed({ model, sets: [set] }, input);
    const probe = await openProbe(opened, { input: input.name, tensors: [tensor], threads });
    this.warm = { key, probe, feed, shape: inputShape(feed, input.layout, 1) };
    return this.warm;
  }
}

function strongest(data: ArrayLike<number>, [, channels, height, width]: number[]): Omit<HookMap, 'at'> {
  const size = height * width;
  let [best, largest] = [0, -Infinity];
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let p = 0; p < size; p++) sum += Math.abs(data[c * size + p]);
    if (sum > largest) [best, largest] = [c, sum];
  }
  const map = Float32Array.from({ length: size }, (_, p) => data[best * size + p]);
  return { channel: best, channels, height, width, map };
}

function noMap(tensor: string): AppError {
  return new AppError('E_INPUT', `"${tensor}" is no feature map, so there are no masks to draw on it.`, {
    next: 'Choose a tensor of kind conv.',
  });
}

function unreadable(set: string, reason: string): AppError {
  return new AppError('E_DATASET', `The image of "${set}" cannot be shown: ${reason}.`, { next: 'Choose another image.' });
}
