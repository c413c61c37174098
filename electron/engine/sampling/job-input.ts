/** What the network must be fed, worked out from its input, the plan's preprocessing and, where both leave it open, the first image. */
import { AppError } from '../../shared/errors.ts';
import { peekSize } from '../dataset/peek-size.ts';
import type { ImageInput } from '../onnx/image-input.ts';
import type { SampleJob } from './job.ts';

export interface JobFeed {
  dtype: 'float32' | 'uint8';
  height: number;
  width: number;
  channels: number;
  /** False: the input is one image without a batch axis. */
  batchAxis: boolean;
}

/** Throws E_INPUT when plan and model disagree. */
export async function jobFeed(job: Pick<SampleJob, 'model' | 'sets'>, input: ImageInput): Promise<JobFeed> {
  const { preprocess } = job.model;
  if (preprocess.layout !== input.layout) {
    throw new AppError(
      'E_INPUT',
      `The model takes its image as ${input.layout}, but model.preprocess.layout says ${preprocess.layout}.`,
      {
        next: `Set model.preprocess.layout to ${input.layout}.`,
      },
    );
  }
  const channels = preprocess.color === 'gray' ? 1 : 3;
  const [statedChannels, statedHeight, statedWidth] = channelsFirst(input);
  if (typeof statedChannels === 'number' && statedChannels !== channels) {
    throw new AppError(
      'E_INPUT',
      `The model takes ${statedChannels} channels, but model.preprocess.color "${preprocess.color}" gives ${channels}.`,
      {
        next: `Set model.preprocess.color to ${statedChannels === 1 ? 'gray' : 'rgb'}.`,
      },
    );
  }
  for (const field of ['mean', 'std'] as const) {
    const { length } = preprocess[field];
    if (length !== 1 && length !== channels) {
      throw new AppError('E_INPUT', `model.preprocess.${field} has ${length} values for ${channels} channels.`, {
        next: `Give one value, or ${channels}.`,
      });
    }
  }
  const dtype = input.dtype === 'uint8' ? 'uint8' : 'float32';
  if (dtype === 'uint8') refuseNormalisation(preprocess);
  const size = await wantedSize(job);
  const stated = { height: statedHeight, width: statedWidth };
  for (const axis of ['height', 'width'] as const) {
    if (typeof stated[axis] === 'number' && stated[axis] !== size[axis]) {
      throw new AppError(
        'E_INPUT',
        `The model takes images ${axis === 'height' ? 'of height' : 'of width'} ${stated[axis]}, but preprocessing gives ${size[axis]}.`,
        {
          next: `Set model.preprocess.resize to {"height": ${String(stated.height)}, "width": ${String(stated.width)}}.`,
        },
      );
    }
  }
  return { dtype, ...size, channels, batchAxis: input.batchAxis };
}

function channelsFirst({ shape, layout, batchAxis }: ImageInput): ImageInput['shape'] {
  const image = batchAxis ? shape.slice(1) : shape;
  return layout === 'NCHW' ? image : [image[2], image[0], image[1]];
}

/** Shape of a batch in the model's own layout. */
export function inputShape(feed: JobFeed, layout: 'NCHW' | 'NHWC', batch: number): number[] {
  const { channels, height, width } = feed;
  const image = layout === 'NCHW' ? [channels, height, width] : [height, width, channels];
  return feed.batchAxis ? [batch, ...image] : image;
}

function refuseNormalisation({ scale, mean, std }: SampleJob['model']['preprocess']): void {
  const neutral =
    (scale === 1 || Math.abs(scale - 1 / 255) < 1e-12) && mean.every((value) => value === 0) && std.every((value) => value === 1);
  if (neutral) return;
  throw new AppError('E_INPUT', 'The model takes bytes (uint8), so scale, mean and std cannot be applied to its input.', {
    next: 'Leave scale, mean and std out of model.preprocess: this network normalises inside.',
  });
}

async function wantedSize(job: Pick<SampleJob, 'model' | 'sets'>): Promise<{ height: number; width: number }> {
  const { centerCrop, resize } = job.model.preprocess;
  if (centerCrop !== null) return { height: centerCrop.height, width: centerCrop.width };
  if (resize !== null && 'height' in resize) return { height: resize.height, width: resize.width };
  if (resize !== null) {
    throw new AppError('E_INPUT', 'model.preprocess.resize by the shorter side leaves the longer side open.', {
      next: 'Add model.preprocess.centerCrop, or give resize a height and a width.',
    });
  }
  const [first] = job.sets;
  const { height, width } = await peekSize(first.path, first.format);
  return { height, width };
}
