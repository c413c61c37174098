/** Decides how the hooked tensor is sampled and reduced: its kind, the graph's suffix, the vectors, the masks. */
import type { HookKind } from '../../shared/domain.ts';
import { AppError } from '../../shared/errors.ts';
import type { SamplingGraphSpec } from '../onnx/sampling-graph.ts';
import type { FedNode } from '../onnx/stochastic-copy.ts';
import type { SampleJob } from './job.ts';
import { dropBlockFeed, dropoutFeed, modelFeed, type MaskFeed, poolingFeed } from './mask-feed.ts';
import { type Pooling, poolingOf } from './pooling.ts';
import type { Probed } from './probe-job.ts';

export interface HookPlan {
  kind: HookKind;
  suffix: SamplingGraphSpec['suffix'];
  /** Shape of each hooked tensor for one image. */
  shapes: number[][];
  /** Each output of samples: [B, channels, groups · samples (+ groups when the plain mean comes along)]. */
  blocks: { channels: number; groups: number; withMean: boolean }[];
  features: number;
  samples: number;
  /** Numbers that one image grows to while its samples are formed; 0 when they never are. */
  expandedNumbers: number;
  masks: (fed: readonly FedNode[]) => MaskFeed;
}

interface Options {
  job: SampleJob;
  hooks: readonly string[];
  probed: Probed;
  batchAxis: boolean;
}

export function planHook({ job, hooks, probed, batchAxis }: Options): HookPlan {
  const full = hooks.map((name) => probed.seen.get(name)?.shape ?? []);
  const kind = kindOf(job.hook.kind, full, { perImage: full.every((shape) => shape[0] === probed.batch), batchAxis });
  const shapes = full.map((shape) => (kind === 'roi' ? shape : shape.slice(1)));
  const { sampling } = job;
  const { mechanism } = sampling;
  const maps = kind === 'conv' || kind === 'rpn';
  if (maps && (mechanism === 'dropblock' || mechanism === 'none')) {
    const poolings = shapes.map(([, height, width]) => poolingOf(job.hook.reduction, height, width));
    return linearPlan({ kind, shapes, poolings, sampling });
  }
  requirePlainMean(job, kind);
  const [shape] = shapes;
  const features = kind === 'fc' || kind === 'roi' ? shape[0] : kind === 'tokens' ? shape[1] : shape[0];
  const blocks = [{ channels: features, groups: 1, withMean: false }];
  const size = shape.reduce((a, b) => a * b, 1);
  const base = { kind, shapes, blocks, features };
  if (mechanism === 'none') return { ...base, suffix: 'latent', samples: 0, expandedNumbers: 0, masks: () => poolingFeed([]) };
  if (mechanism === 'model') {
    const largest = Math.max(...Array.from(probed.seen.values(), (seen) => seen.shape.slice(1).reduce((a, b) => a * b, 1)));
    return {
      ...base,
      suffix: 'model',
      samples: sampling.samples,
      expandedNumbers: sampling.samples * largest,
      masks: (fed) => modelFeed(sampling, fed),
    };
  }
  if (mechanism === 'dropblock') {
    throw new AppError('E_INPUT', `DropBlock needs a feature map [B, C, H, W]; "${hooks[0]}" is of kind ${kind}.`, {
      next: 'Set sampling.mechanism to "dropout", or hook a feature map.',
    });
  }
  if (hooks.length > 1) throw severalHooks('dropout');
  return {
    ...base,
    suffix: 'elementwise',
    samples: sampling.samples,
    expandedNumbers: sampling.samples * size,
    masks: () => dropoutFeed(sampling, shape),
  };
}

interface Linear {
  kind: HookKind;
  shapes: number[][];
  poolings: Pooling[];
  sampling: SampleJob['sampling'];
}

/** Masked means of feature maps are one matrix product. */
function linearPlan({ kind, shapes, poolings, sampling }: Linear): HookPlan {
  const blocks = shapes.map(([channels], i) => ({ channels, groups: poolings[i].groups, withMean: true }));
  const features = blocks.reduce((sum, block) => sum + block.channels * block.groups, 0);
  const maps = shapes.map(([, height, width]) => ({ height, width }));
  const base = { kind, shapes, blocks, features };
  if (sampling.mechanism === 'none') {
    return { ...base, suffix: 'latent', samples: 0, expandedNumbers: 0, masks: () => poolingFeed(poolings) };
  }
  const weights = poolings.reduce((sum, pooling) => sum + pooling.positions * pooling.groups * (sampling.samples + 1), 0);
  return {
    ...base,
    suffix: 'linear',
    samples: sampling.samples,
    expandedNumbers: sampling.masks === 'bank' ? 0 : weights,
    masks: () => dropBlockFeed(sampling, maps, poolings),
  };
}

function kindOf(
  wanted: SampleJob['hook']['kind'],
  shapes: readonly number[][],
  { perImage, batchAxis }: { perImage: boolean; batchAxis: boolean },
): HookKind {
  const ranks = new Set(shapes.map((shape) => shape.length));
  const [rank] = ranks;
  const fits: Record<HookKind, boolean> = {
    conv: rank === 4 && shapes.length === 1,
    rpn: rank === 4,
    tokens: rank === 3 && shapes.length === 1,
    fc: rank === 2 && perImage && shapes.length === 1,
    roi: rank === 2 && shapes.length === 1,
  };
  if (ranks.size > 1) throw severalHooks('hooks of different rank');
  const kind = wanted === 'auto' ? autoKind(fits) : wanted;
  if (kind !== null && fits[kind]) return kind;
  const shape = shapes[0].join('x');
  throw new AppError(
    'E_INPUT',
    `hook.tensor is ${shape}${batchAxis ? '' : ' (a model without a batch axis)'}, which ${wanted === 'auto' ? 'is no known kind of hook' : `is not of kind ${wanted}`}.`,
    {
      next: 'Hook a feature map [B, C, H, W], a vector [B, F] or tokens [B, T, F].',
    },
  );
}

function autoKind(fits: Record<HookKind, boolean>): HookKind | null {
  return (['conv', 'rpn', 'tokens', 'fc', 'roi'] as const).find((kind) => fits[kind]) ?? null;
}

function requirePlainMean(job: SampleJob, kind: HookKind): void {
  if (job.hook.reduction === 'fullmean') return;
  throw new AppError(
    'E_INPUT',
    `hook.reduction "${job.hook.reduction}" goes with DropBlock on feature maps; here the hook is of kind ${kind} with mechanism ${job.sampling.mechanism}.`,
    {
      next: 'Set hook.reduction to "fullmean".',
    },
  );
}

function severalHooks(what: string): AppError {
  return new AppError('E_INPUT', `hook.tensor names several tensors, which ${what} cannot take.`, {
    next: 'Name the feature maps of a detector (rank 4) with mechanism "dropblock", or one tensor.',
  });
}
