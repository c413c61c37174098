/** Baselines on the class scores of pixels and boxes: off unless the plan says how they become one score, then as stated. */
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { denseScores } from '../../../electron/engine/baselines/dense-scores.ts';
import { newDraft, patched } from '../../../electron/engine/app/draft.ts';
import { scoreImages } from '../../../electron/engine/pipeline/score-images.ts';
import type { FinishedRun } from '../../../electron/engine/pipeline/run-plan.ts';
import { fillUniforms } from '../../../electron/engine/sampling/philox.ts';
import { draftPatchSchema } from '../../../electron/shared/app/contract.ts';
import { parsePlan, type Aggregate, type Plan } from '../../../electron/shared/plan.ts';
import { processSamplers } from '../../../electron/workers/process-sampler.ts';
import { noiseImages } from '../../helpers/image-folder.ts';
import { fixturePath } from '../../helpers/onnx-fixtures.ts';
import { runInTest } from '../../helpers/run-in-test.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const folder = tempFolder();
const SIZE = { height: 32, width: 32 };

interface Network {
  file: string;
  hook: string;
  logits: string;
  channels: 1 | 3;
}
const UNET: Network = { file: 'unet_op13.onnx', hook: 'bottleneck.out', logits: 'logits', channels: 1 };
const DETECTOR: Network = {
  file: 'fasterrcnn_fpn_op13.onnx',
  hook: 'backbone.body.layer3.layer3.0.relu_1.Relu',
  logits: 'box_predictor.cls_score',
  channels: 3,
};

function planOf({ file, hook, logits, channels }: Network, aggregate: Aggregate | undefined, change: Partial<Plan> = {}): Plan {
  const set = (name: string, role: string, count: number, seed: number): Record<string, unknown> => ({
    name,
    role,
    path: noiseImages({ folder: path.join(folder, `${name}-${channels}`), count, ...SIZE, channels, seed }),
  });
  const plan = parsePlan({
    schema: 'oodlab.plan/1',
    model: {
      path: fixturePath(file),
      logits,
      ...(aggregate && { aggregate }),
      preprocess: { color: channels === 1 ? 'gray' : 'rgb' },
    },
    hook: { tensor: hook },
    sampling: { blockSize: 3, samples: 8 },
    datasets: [set('fit', 'fit', 12, 1), set('test', 'test', 5, 2), set('other', 'ood', 4, 3)],
    detectors: ['larem'],
    baselines: ['msp', 'energy', 'maxlogit', 'gen'],
    runtime: { provider: 'cpu', batchSize: 4 },
  });
  return { ...plan, ...change };
}

/** The model's own tensor for one image of a set, from its bytes. */
async function classScores({ file, logits, channels }: Network, seed: number, image: number): Promise<ort.Tensor> {
  const numbers = SIZE.height * SIZE.width * channels;
  const uniforms = new Float32Array(numbers);
  fillUniforms(uniforms, { seed }, { stream: 1, image, sample: 0 });
  const data = new Float32Array(numbers);
  for (let i = 0; i < numbers; i++) {
    const [pixel, channel] = [Math.floor(i / channels), i % channels];
    data[channel * SIZE.height * SIZE.width + pixel] = Math.floor(uniforms[i] * 256) / 255;
  }
  const session = await ort.InferenceSession.create(fixturePath(file));
  const shape = channels === 1 ? [1, 1, SIZE.height, SIZE.width] : [3, SIZE.height, SIZE.width];
  const outputs = await session.run({ image: new ort.Tensor('float32', data, shape) });
  await session.release();
  return outputs[logits];
}

const scoresOf = (run: FinishedRun, id: string, set: string): Float64Array =>
  run.scored.find((one) => one.id === id)!.scores.get(set)!;

test.each<Aggregate>([
  { rule: 'mean', share: 0.1 },
  { rule: 'max', share: 0.1 },
  { rule: 'top', share: 0.05 },
])(
  'U-Net, $rule: every image has the score of its own pixels, whatever the batch',
  async (aggregate) => {
    const project = `unet-${aggregate.rule}.oodlab`;
    await runInTest(planOf(UNET, aggregate), { folder, project }, async (run) => {
      expect(run.results.plan.model.aggregate).toEqual(aggregate);
      for (const image of [0, 4]) {
        const tensor = await classScores(UNET, 2, image);
        const wanted = denseScores(tensor.data as Float32Array, { classes: 3, classesLast: false }, aggregate);
        const found = ['msp', 'energy', 'maxlogit', 'gen'].map((id) => scoresOf(run, id, 'test')[image]);
        found.forEach((value, i) => expect(value).toBeCloseTo(wanted[i], 5));
      }
      // New images are scored the same way.
      const image = path.join(folder, 'test-1', '3.png');
      for await (const { scores } of scoreImages({
        project: run.project,
        images: [image],
        openSamplers: processSamplers(),
        threads: 1,
      })) {
        const energy = scores.find(({ detector }) => detector === 'energy')!;
        expect(energy.score).toBeCloseTo(scoresOf(run, 'energy', 'test')[3], 5);
      }
    });
  },
  60_000,
);

test('Faster R-CNN: boxes of one image after the other', async () => {
  const aggregate: Aggregate = { rule: 'mean', share: 0.1 };
  await runInTest(planOf(DETECTOR, aggregate), { folder, project: 'boxes.oodlab' }, (run) => {
    const scores = scoresOf(run, 'msp', 'other');
    expect(scores).toHaveLength(4);
    for (const value of scores) expect(value > 0.2 && value <= 1).toBe(true); // Of 5 classes.
    expect(new Set(scores).size).toBe(4);
  });
}, 60_000);

describe('off by default, and refused where it says nothing', () => {
  test('pixels without a rule are refused with what to state', async () => {
    const run = runInTest(planOf(UNET, undefined), { folder, project: 'none.oodlab' }, () => undefined);
    await expect(run).rejects.toMatchObject({
      code: 'E_INPUT',
      message: 'model.logits: "logits" is 1x3x32x32, not one row of logits an image.',
    });
    await expect(run).rejects.toMatchObject({ next: expect.stringContaining('model.aggregate') as string });
  });

  test('a rule without a tensor, and one for a row of logits', async () => {
    const rule: Aggregate = { rule: 'mean', share: 0.1 };
    const unnamed = planOf(UNET, rule);
    unnamed.model.logits = null;
    await expect(runInTest(unnamed, { folder, project: 'a.oodlab' }, () => undefined)).rejects.toThrow(
      'needs the name of the class scores',
    );
    const row = planOf({ file: 'resnet18_w4_fused.onnx', hook: 'layer3.out', logits: 'logits', channels: 3 }, rule);
    await expect(runInTest(row, { folder, project: 'b.oodlab' }, () => undefined)).rejects.toThrow('with nothing to aggregate');
  });

  test('baselines that read more than the class scores say why they do not run', async () => {
    const plan = planOf(UNET, { rule: 'mean', share: 0.1 }, { baselines: ['energy', 'vim', 'predictive-entropy'] });
    await runInTest(plan, { folder, project: 'more.oodlab' }, ({ results }) => {
      expect(new Set(results.metrics.map(({ detector }) => detector))).toEqual(new Set(['larem', 'energy']));
      expect(results.notRun!.map(({ id, reason }) => [id, reason.slice(0, 38)])).toEqual([
        ['vim', 'It reads one row of class scores an im'],
        ['predictive-entropy', 'It reads one row of class scores an im'],
      ]);
    });
  }, 60_000);
});

test("the window's draft takes the rule and drops it", () => {
  const model = { ...planOf(UNET, undefined).model };
  const draft = { ...newDraft('draft'), model };
  const ruled = patched(draft, draftPatchSchema.parse({ aggregate: { rule: 'top' } }));
  expect(ruled.model!.aggregate).toEqual({ rule: 'top', share: 0.1 });
  expect(patched(ruled, draftPatchSchema.parse({ aggregate: null })).model).toEqual(model);
  expect(() => patched(newDraft('none'), { aggregate: { rule: 'mean', share: 0.1 } })).toThrow('There is no model yet.');
});
