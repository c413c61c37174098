import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { imageInput } from '../../../electron/engine/onnx/image-input.ts';
import { inspectModel } from '../../../electron/engine/onnx/inspect-model.ts';
import { openModel } from '../../../electron/engine/onnx/open-model.ts';
import { probeTensors } from '../../../electron/engine/onnx/probe.ts';
import type { HookKind, ModelInfo } from '../../../electron/shared/domain.ts';
import { exampleShape, type Fixture, type FixtureHook, fixturePath, GOOD } from '../../helpers/onnx-fixtures.ts';

const INFOS = new Map<string, Promise<ModelInfo>>();
function inspected(file: string): Promise<ModelInfo> {
  const known = INFOS.get(file) ?? inspectModel(fixturePath(file));
  INFOS.set(file, known);
  return known;
}

/** Tensors that must not be offered: attention weights, integer codes. */
function isOffered({ layer_type, dtype }: FixtureHook): boolean {
  return layer_type !== 'attention' && dtype.startsWith('float');
}

function kindOf(hook: FixtureHook, fixture: Fixture): HookKind {
  if (hook.layer_type === 'FC') return fixture.kind === 'detector' ? 'roi' : 'fc';
  return hook.layer_type === 'tokens' ? 'tokens' : 'conv';
}

describe.each(GOOD)('$file', (fixture) => {
  it('opens and is described as it is, without being touched', async () => {
    const path = fixturePath(fixture.file);
    const before = statSync(path).mtimeMs;
    const info = await inspected(fixture.file);
    expect(info.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(info.ops).toEqual(fixture.ops);
    expect(info.opsets['ai.onnx']).toBe(fixture.opset['ai.onnx']);
    expect(info.imageInput).toBe(fixture.inputs[0].name);
    expect(info.inputs.map(({ name, dtype }) => ({ name, dtype }))).toEqual(
      fixture.inputs.map(({ name, dtype }) => ({ name, dtype })),
    );
    expect(statSync(path).mtimeMs).toBe(before);
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(fixture.sha256[fixture.file]);
    for (const { message } of info.warnings) expect(message).toMatch(/^[^\n]+\.$/);
  });

  it('has the listed hooks with kind, type and channels', async () => {
    const { hooks } = await inspected(fixture.file);
    for (const listed of fixture.hooks) {
      const hook = hooks.find(({ tensors }) => tensors.length === 1 && tensors[0] === listed.tensor);
      if (!isOffered(listed)) {
        expect(hook, listed.tensor).toBeUndefined();
        continue;
      }
      expect(hook, listed.tensor).toBeDefined();
      expect(hook!.kind, listed.tensor).toBe(kindOf(listed, fixture));
      expect(hook!.dtype).toBe(listed.dtype);
      expect(hook!.shape).toHaveLength(listed.example_shape.length);
      if (hook!.kind !== 'roi') {
        expect(hook!.shape![1] === listed.example_shape[1] || hook!.kind === 'tokens').toBe(true);
        const axis = hook!.kind === 'tokens' ? 2 : 1;
        expect(hook!.features).toBe(listed.example_shape[axis]);
      }
    }
    for (const name of fixture.not_hookable ?? []) expect(hooks.some(({ tensors }) => tensors.includes(name))).toBe(false);
  });

  it('shows the listed shapes when it is probed at the example size', async () => {
    const model = await openModel(fixturePath(fixture.file));
    const { name } = imageInput(model, null);
    const others = Object.fromEntries(fixture.example_inputs.slice(1).map((input) => [input.name, input.value ?? 0.5]));
    const tensors = fixture.hooks.map(({ tensor }) => tensor);
    const seen = await probeTensors(model, { input: name, shape: exampleShape(fixture), tensors, others });
    for (const { tensor, dtype, example_shape } of fixture.hooks) {
      expect(seen.get(tensor)?.dtype).toBe(dtype);
      // The number of proposals depends on the values of the image.
      const isRoi = fixture.kind === 'detector' && example_shape.length === 2;
      expect(seen.get(tensor)?.shape.slice(isRoi ? 1 : 0)).toEqual(example_shape.slice(isRoi ? 1 : 0));
    }
  });

  it('labels its hooks uniquely and ranks its proposals without gaps', async () => {
    const { hooks } = await inspected(fixture.file);
    expect(new Set(hooks.map(({ label }) => label)).size).toBe(hooks.length);
    const ranks = hooks.flatMap(({ recommended }) => (recommended === null ? [] : [recommended])).sort((a, b) => a - b);
    expect(ranks.length).toBeGreaterThan(0);
    expect(ranks).toEqual(ranks.map((_, i) => i + 1));
    for (const { recommended, note } of hooks) if (recommended !== null) expect(note).toBeTruthy();
  });

  it('is stochastic exactly when the index says so', async () => {
    const { stochastic } = await inspected(fixture.file);
    expect(stochastic.some(({ state }) => state !== 'inactive')).toBe(fixture.stochastic === true);
  });
});

/** What inspect must say of single fixtures, beside what the index holds for all. */
const CODES: [string, string[]][] = [
  ['fixed_batch1.onnx', ['FIXED_BATCH']],
  ['dropout_op7_vgg_softmax.onnx', ['FIXED_BATCH', 'DROPOUT_INACTIVE', 'PROBABILITY_OUTPUT']],
  ['dropout_op12_training_true.onnx', ['ACTIVE_STOCHASTIC']],
  ['dropout_op12_training_false.onnx', ['DROPOUT_INACTIVE']],
  ['dropout_op13_training_graph_input.onnx', ['STOCHASTIC_SWITCH']],
  ['dropblock_package_op13.onnx', ['FIXED_BATCH', 'BATCH_COUPLED', 'ACTIVE_STOCHASTIC']],
  ['dropblock_primitives_op13.onnx', ['ACTIVE_STOCHASTIC']],
  ['two_inputs.onnx', ['EXTRA_INPUT', 'FREE_SIZE']],
  ['nan_weights.onnx', ['NAN_WEIGHTS']],
  ['dead_channels.onnx', ['DEAD_CHANNELS']],
  ['uint8_nhwc.onnx', ['PREPROCESSING_INSIDE']],
  ['fasterrcnn_fpn_op13.onnx', ['PREPROCESSING_INSIDE', 'NO_BATCH_AXIS']],
  ['unet_op13.onnx', ['SIZE_MULTIPLE']],
  ['if_node.onnx', ['BATCH_COUPLED']],
  ['unknown_rank.onnx', ['UNKNOWN_SHAPE']],
  ['zipmap_output.onnx', ['FREE_SIZE']],
  ['resnet10_fp32_base.onnx', []],
  ['external_data.onnx', []],
];

/** Best proposals, in order. */
const PROPOSALS: [string, string[]][] = [
  ['resnet18_w4_fused.onnx', ['layer4.out', 'penultimate', 'layer3.out', 'layer2.out']],
  ['dropout_op12_training_true.onnx', ['layer4.out', 'penultimate', 'dropout.out', 'layer3.out']],
  ['dropout_op7_vgg_softmax.onnx', ['pool1', 'relu7']],
  ['dropblock_primitives_op13.onnx', ['layer2.out']],
  ['dropblock_package_op13.onnx', ['layer2.out']],
  ['deeplabv3plus_op13.onnx', ['aspp.out', 'backbone.layer4.out', 'decoder.out']],
  ['unet_op13.onnx', ['bottleneck.out']],
  ['vit_op14.onnx', ['norm.Add_1', 'blocks.2.out', 'blocks.1.out', 'blocks.0.out']],
  ['two_inputs.onnx', ['relu2', 'fused']],
  ['uint8_nhwc.onnx', ['relu2', 'feat']],
];

const LOGITS: [string, string | null][] = [
  ['resnet18_w4_bn.onnx', 'logits'],
  ['dropout_op7_vgg_softmax.onnx', 'fc8'],
  ['zipmap_output.onnx', 'logits'],
  ['unknown_rank.onnx', 'logits'],
  ['deeplabv3plus_op13.onnx', null],
  ['unet_op13.onnx', null],
  ['fasterrcnn_fpn_op13.onnx', null],
  // Behind a RandomUniformLike: they differ from run to run.
  ['dropblock_primitives_op13.onnx', null],
];

describe('single fixtures', () => {
  it.each(CODES)('%s warns %j', async (file, codes) => {
    const found = (await inspected(file)).warnings.map(({ code }) => code);
    if (codes.length === 0) expect(found).toEqual([]);
    expect(found).toEqual(expect.arrayContaining(codes));
  });

  it.each(PROPOSALS)('%s proposes %j first', async (file, tensors) => {
    const { hooks } = await inspected(file);
    const ranked = hooks.filter(({ recommended }) => recommended !== null).sort((a, b) => a.recommended! - b.recommended!);
    expect(ranked.slice(0, tensors.length).map((hook) => hook.tensors[0])).toEqual(tensors);
  });

  it.each(LOGITS)('%s has the logits %s', async (file, logits) => {
    expect((await inspected(file)).logits).toBe(logits);
  });

  it('joins the levels of a detector into hooks of several tensors', async () => {
    const { hooks } = await inspected('fasterrcnn_fpn_op13.onnx');
    const groups = hooks.filter(({ kind }) => kind === 'rpn');
    const levels = [0, 1, 2, 3].map((level) => `rpn.head.conv.out.${level}`);
    expect(groups.find(({ recommended }) => recommended === 1)?.tensors).toEqual(levels);
    const pyramid = [...[0, 1, 2].map((level) => `fpn.layer_block.${level}.out`), 'backbone.fpn.extra_blocks.MaxPool'];
    expect(groups.find(({ recommended }) => recommended === 2)?.tensors).toEqual(pyramid);
    expect(groups.map(({ features }) => features)).toEqual([128, 128]);
    expect(hooks.find(({ recommended }) => recommended === 3)?.tensors).toEqual(['box_head.fc7.out']);
  });

  it('tells ratio and state of every form of Dropout', async () => {
    const state = async (file: string): Promise<unknown> =>
      (await inspected(file)).stochastic.map(({ ratio, state, switchInput }) => [ratio?.toFixed(2), state, switchInput]);
    expect(await state('dropout_op9_ratio_attr.onnx')).toEqual([['0.50', 'inactive', null]]);
    expect(await state('dropout_op12_training_false.onnx')).toEqual([['0.50', 'inactive', null]]);
    expect(await state('dropout_op17_training_absent.onnx')).toEqual([['0.50', 'inactive', null]]);
    expect(await state('dropout_op17_training_true.onnx')).toEqual([['0.50', 'active', null]]);
    expect(await state('dropout_op13_training_graph_input.onnx')).toEqual([['0.50', 'switch', 'training_mode']]);
    expect(await state('dropout_op7_vgg_softmax.onnx')).toEqual([
      ['0.50', 'inactive', null],
      ['0.40', 'inactive', null],
    ]);
  });

  it('counts the batch: free, fixed, absent', async () => {
    expect((await inspected('resnet10_fp32_base.onnx')).fixedBatch).toBe(null);
    expect((await inspected('dropblock_package_op13.onnx')).fixedBatch).toBe(4);
    expect((await inspected('fasterrcnn_fpn_op13.onnx')).fixedBatch).toBe(0);
  });

  it('stops when it is cancelled', async () => {
    await expect(inspectModel(fixturePath('unet_op13.onnx'), AbortSignal.abort())).rejects.toMatchObject({ code: 'E_CANCELLED' });
  });
});
