/** Every kind of network through the real sampler: decode, preprocess, cut, sample, entropies. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { inspectModel } from '../../electron/engine/onnx/inspect-model.ts';
import { openSampler } from '../../electron/engine/sampling/sampler.ts';
import type { SampleJob } from '../../electron/engine/sampling/job.ts';
import { parsePlan, type Plan } from '../../electron/shared/plan.ts';
import { noiseImages } from '../helpers/image-folder.ts';
import { DEMO } from '../helpers/demo-plan.ts';
import { fixturePath } from '../helpers/onnx-fixtures.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();
const color = noiseImages({ folder: path.join(folder, 'color'), count: 5, height: 40, width: 44 });
const gray = noiseImages({ folder: path.join(folder, 'gray'), count: 5, height: 28, width: 28, channels: 1 });

type Change = Omit<Partial<Plan>, 'model'> & { model?: Record<string, unknown> };

function jobOf(model: string, hook: Plan['hook'] | Record<string, unknown>, change: Change = {}): SampleJob {
  const { model: modelChange, ...rest } = change;
  const plan = parsePlan({
    schema: 'oodlab.plan/1',
    model: { path: model, preprocess: { resize: { height: 64, width: 64 } }, ...modelChange },
    hook,
    sampling: { mechanism: 'dropblock', blockSize: 3, samples: 8, masks: 'per-image' },
    datasets: [{ name: 'noise', role: 'fit', path: color }],
    ...rest,
  });
  return { ...plan, sets: [{ name: 'noise', path: plan.datasets[0].path, format: 'auto', limit: null }], wantLogits: true };
}

async function sampleAll(job: SampleJob) {
  const sampler = await openSampler(job);
  try {
    const { info } = sampler;
    const batch = await sampler.batch({ set: 'noise', from: 0, to: Math.min(5, info.batchSize) });
    return { info, batch };
  } finally {
    await sampler.close();
  }
}

const dropout = { mechanism: 'dropout', dropProb: 0.3, samples: 8, masks: 'per-image' } as unknown as Plan['sampling'];
const none = { mechanism: 'none' } as unknown as Plan['sampling'];
const own = { mechanism: 'model', samples: 8, masks: 'per-image' } as unknown as Plan['sampling'];

interface Case {
  model: string;
  hook: Record<string, unknown>;
  change?: Change;
  kind: string;
  features: number;
  logits: number;
}

const CASES: Record<string, Case> = {
  'ResNet, conv': { model: 'resnet18_w4_fused.onnx', hook: { tensor: 'layer3.out' }, kind: 'conv', features: 64, logits: 10 },
  'ResNet, conv, bands of rows': {
    model: 'resnet18_w4_fused.onnx',
    hook: { tensor: 'layer3.out', reduction: 'mean:2' },
    kind: 'conv',
    features: 128,
    logits: 10,
  },
  'ResNet, conv, average pooling': {
    model: 'resnet18_w4_bn.onnx',
    hook: { tensor: 'layer2.out', reduction: 'avgpool:4,2,1' },
    kind: 'conv',
    features: 32 * 16,
    logits: 10,
  },
  'ResNet, fc with dropout': {
    model: 'resnet18_w4_bn.onnx',
    hook: { tensor: 'penultimate' },
    change: { sampling: dropout },
    kind: 'fc',
    features: 128,
    logits: 10,
  },
  'ResNet, conv with plain dropout': {
    model: 'resnet18_w4_bn.onnx',
    hook: { tensor: 'layer4.out' },
    change: { sampling: dropout },
    kind: 'conv',
    features: 128,
    logits: 10,
  },
  'ResNet, latent alone': {
    model: 'resnet18_w4_bn.onnx',
    hook: { tensor: 'layer3.out' },
    change: { sampling: none },
    kind: 'conv',
    features: 64,
    logits: 10,
  },
  fp16: { model: 'fp16_full.onnx', hook: { tensor: 'layer3.out' }, kind: 'conv', features: 32, logits: 10 },
  quantised: {
    model: 'int8_qdq.onnx',
    hook: { tensor: 'relu1.dq' },
    change: { model: { preprocess: { resize: { height: 32, width: 32 } } } },
    kind: 'conv',
    features: 16,
    logits: 5,
  },
  'transformer tokens': {
    model: 'vit_op17_layernorm.onnx',
    hook: { tensor: 'blocks.1.out' },
    change: { sampling: dropout },
    kind: 'tokens',
    features: 0,
    logits: 10,
  },
  'own dropout': {
    model: 'dropout_op17_training_true.onnx',
    hook: { tensor: 'dropout.out' },
    change: { sampling: own },
    kind: 'fc',
    features: 64,
    logits: 10,
  },
  'external weights': { model: 'external_data.onnx', hook: { tensor: 'layer3.out' }, kind: 'conv', features: 32, logits: 10 },
  segmentation: {
    model: 'unet_op13.onnx',
    hook: { tensor: 'bottleneck.out' },
    change: { model: { preprocess: { color: 'gray', resize: { height: 64, width: 64 } } } },
    kind: 'conv',
    features: 0,
    logits: 0,
  },
};

describe('networks', () => {
  test.each(Object.entries(CASES))('%s', async (_name, { model, hook, change, kind, features, logits }) => {
    const { info, batch } = await sampleAll(jobOf(fixturePath(model), hook, change));
    expect(info.hookKind).toBe(kind);
    if (features > 0) expect(info.latentDim).toBe(features);
    expect(info.logitDim).toBe(logits);
    expect(batch.rejected).toEqual([]);
    expect(batch.rows).toBe(Math.min(5, info.batchSize));
    expect(batch.latents).toHaveLength(batch.rows * info.latentDim);
    expect(batch.entropies).toHaveLength(batch.rows * info.entropyDim);
    expect(info.entropyDim).toBe(change?.sampling === none ? 0 : info.latentDim);
    for (const values of [batch.entropies, batch.latents, batch.logits]) expect(values.every(Number.isFinite)).toBe(true);
    // Noise images differ, and so must their vectors: not every entropy sits at the floor.
    if (info.entropyDim > 0) expect(new Set(batch.entropies).size).toBeGreaterThan(batch.rows);
  });

  test('a frozen batch of one runs, is said, and gives what a free batch gives', async () => {
    const fixed = await sampleAll(
      jobOf(
        fixturePath('fixed_batch1.onnx'),
        { tensor: 'relu2' },
        { model: { preprocess: { resize: { height: 32, width: 32 } } } },
      ),
    );
    expect(fixed.info.batchSize).toBe(1);
    expect(fixed.info.warnings.map(({ code }) => code)).toContain('FIXED_BATCH');
  });

  test('uint8 NHWC takes bytes, and refuses normalisation in one sentence', async () => {
    const bytes = { preprocess: { layout: 'NHWC', resize: { height: 48, width: 48 } } };
    const { batch } = await sampleAll(jobOf(fixturePath('uint8_nhwc.onnx'), { tensor: 'relu2' }, { model: bytes }));
    expect(batch.rows).toBe(5);
    const normalised = { preprocess: { layout: 'NHWC', resize: { height: 48, width: 48 }, mean: [0.5], std: [0.2] } };
    await expect(
      sampleAll(jobOf(fixturePath('uint8_nhwc.onnx'), { tensor: 'relu2' }, { model: normalised })),
    ).rejects.toMatchObject({
      code: 'E_INPUT',
      message: expect.stringContaining('bytes') as string,
    });
    await expect(sampleAll(jobOf(fixturePath('uint8_nhwc.onnx'), { tensor: 'relu2' }))).rejects.toMatchObject({
      message: expect.stringContaining('NHWC') as string,
    });
  });

  test('a second input must be stated, and then counts', async () => {
    const small = { preprocess: { resize: { height: 32, width: 32 } } };
    await expect(
      sampleAll(jobOf(fixturePath('two_inputs.onnx'), { tensor: 'fused' }, { sampling: dropout, model: small })),
    ).rejects.toMatchObject({
      code: 'E_INPUT',
      message: expect.stringContaining('another input') as string,
    });
  });

  test('a detector: feature-pyramid maps as one hook, box features one number a proposal', async () => {
    const model = { preprocess: { resize: { height: 96, width: 128 } } };
    const file = fixturePath('fasterrcnn_fpn_op13.onnx');
    const { hooks } = await inspectModel(file);
    const pyramid = hooks.find(({ kind, tensors }) => kind === 'rpn' && tensors.length === 4)!;
    const maps = await sampleAll(jobOf(file, { tensor: pyramid.tensors }, { model }));
    expect(maps.info.hookKind).toBe('rpn');
    expect(maps.info.latentDim).toBe(4 * 32);
    expect(maps.batch.rows).toBe(1);
    expect(maps.batch.entropies.every(Number.isFinite)).toBe(true);

    const boxes = hooks.find(({ kind }) => kind === 'roi')!;
    const head = await sampleAll(jobOf(file, { tensor: boxes.tensors }, { model, sampling: dropout }));
    expect(head.info.hookKind).toBe('roi');
    expect(head.batch.rows + head.batch.rejected.length).toBe(1);
    expect(head.batch.rows).toBe(1);
    expect(head.batch.entropies).toHaveLength(head.info.latentDim);
  });

  test('the demo with its own DropBlock, and with its Dropout', async () => {
    const model = { preprocess: { color: 'gray', mean: [0.286], std: [0.353] } };
    const sets = [{ name: 'noise', role: 'fit' as const, path: gray, format: 'auto', limit: null }];
    const mc = await sampleAll(
      jobOf(path.join(DEMO, 'demo_mc.onnx'), { tensor: 'dropblock.out' }, { model, sampling: own, datasets: sets }),
    );
    expect(mc.batch.rows).toBe(5);
    expect(mc.batch.entropies.every(Number.isFinite)).toBe(true);
    const dropped = await sampleAll(
      jobOf(path.join(DEMO, 'demo_dropout.onnx'), { tensor: 'dropout.out' }, { model, sampling: own, datasets: sets }),
    );
    expect(dropped.info.hookKind).toBe('fc');
    expect(dropped.batch.entropies.every(Number.isFinite)).toBe(true);
  });

  test.each([
    [{ tensor: 'nowhere' }, {}, 'no tensor "nowhere"'],
    [{ tensor: 'penultimate' }, {}, 'DropBlock needs a feature map'],
    [{ tensor: 'layer3.out', kind: 'fc' }, {}, 'not of kind fc'],
    [{ tensor: 'layer3.out', reduction: 'mean:3' }, {}, 'does not divide'],
    [{ tensor: 'layer3.out' }, { sampling: own }, 'No stochastic node'],
    [{ tensor: 'layer3.out' }, { model: { preprocess: { color: 'gray', resize: { height: 64, width: 64 } } } }, '3 channels'],
    [{ tensor: 'layer3.out' }, { model: { input: 'pixels' } }, 'no input "pixels"'],
    [
      { tensor: 'layer3.out' },
      { model: { logits: 'layer4.out', preprocess: { resize: { height: 64, width: 64 } } } },
      'not one row of logits',
    ],
  ] as [Record<string, unknown>, Change, string][])('refused: %j %j', async (hook, change, sentence) => {
    const refusal = sampleAll(jobOf(fixturePath('resnet18_w4_fused.onnx'), hook, change));
    await expect(refusal).rejects.toMatchObject({
      message: expect.stringContaining(sentence) as string,
      next: expect.any(String) as string,
    });
  });
});
