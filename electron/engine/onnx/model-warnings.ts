/** What to be careful about with a model: one clear sentence each, with what to do. */
import type { HookPoint, ModelWarning, StochasticNode } from '../../shared/domain.ts';
import { dropsBatchAxis, readsWholeBatch } from './batch-coupling.ts';
import { descendants, type GraphIndex } from './graph-index.ts';
import type { ImageInput } from './image-input.ts';
import { probabilityOutputs } from './logits.ts';
import { oneSentence } from './one-sentence.ts';
import type { OnnxModel } from './open-model.ts';
import type { ModelProbe } from './probe-model.ts';
import { brokenWeights } from './weight-scan.ts';

export interface WarningContext {
  model: OnnxModel;
  image: ImageInput;
  probe: ModelProbe;
  hooks: readonly HookPoint[];
  stochastic: readonly StochasticNode[];
  logits: string | null;
}

/** Below this many positions a channel may be constant by chance (two images of ReLU zeros). */
const ENOUGH_POSITIONS = 32;
/** Made-up images leave some channels of every ReLU network silent: fewer than this share are not worth a word. */
const DEAD_SHARE = 0.25;
const SHOWN = 3;

export function modelWarnings(context: WarningContext): ModelWarning[] {
  const { model, hooks } = context;
  const warnings = [
    ...batchWarnings(context),
    ...stochasticWarnings(context.stochastic),
    ...inputWarnings(context),
    ...weightWarnings(context),
    ...deadChannels(context),
    ...probabilityWarnings(context),
  ];
  if (hooks.length === 0) {
    const why =
      model.index.nodes.length === 0 ? 'the graph has no nodes' : 'no float tensor with a batch axis depends on the image';
    warnings.push(warn('NO_HOOKS', `Nothing can be hooked: ${why}. Choose a network with inner layers.`));
  }
  return warnings;
}

function warn(code: string, message: string): ModelWarning {
  return { code, message: oneSentence(message) };
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map((name) => `"${name.length > 60 ? `${name.slice(0, 57)}...` : name}"`);
  return names.length > SHOWN ? `${shown.join(', ')} and ${names.length - SHOWN} more` : shown.join(', ');
}

function batchWarnings({ model, image, probe, stochastic }: WarningContext): ModelWarning[] {
  const warnings: ModelWarning[] = [];
  if (probe.frozen) {
    warnings.push(
      warn(
        'FIXED_BATCH',
        'The file says that the batch is free, but two images at once do not run: images are fed one by one; export with a dynamic batch axis for speed.',
      ),
    );
  } else if (probe.batch !== null && probe.batch > 0) {
    const how = probe.batch === 1 ? 'images are fed one by one' : 'the last batch is filled up by repeating its last image';
    warnings.push(
      warn('FIXED_BATCH', `The batch is fixed to ${probe.batch}: ${how}; export with a dynamic batch axis to choose it.`),
    );
  }
  if (!image.batchAxis || probe.batch === 1) return warnings;
  const behindRandom = descendants(
    model.index,
    stochastic.map(({ output }) => output),
  );
  const { whole, branches } = readsWholeBatch(model, image, probe);
  const random = whole.filter((name) => behindRandom.has(name));
  if (probe.coupled.length > 0) {
    warnings.push(
      warn('BATCH_COUPLED', `${list(probe.coupled)} of one image changes with the other images of its batch: use batch size 1.`),
    );
  } else if (branches.length > 0) {
    warnings.push(
      warn(
        'BATCH_COUPLED',
        `${list(branches)} takes its branch for the whole batch at once, so results depend on which images are fed together: use batch size 1.`,
      ),
    );
  } else if (random.length > 0) {
    warnings.push(
      warn(
        'BATCH_COUPLED',
        `The network's own sampling scales by ${list(random)}, a reduction over the whole batch, so samples of one image depend on the others: hook a tensor in front of it and let Oodlab sample.`,
      ),
    );
  }
  const lost = dropsBatchAxis(model, probe);
  if (lost.length > 0)
    warnings.push(warn('OUTPUT_WITHOUT_BATCH', `${list(lost)} does not have one row for each image of a batch.`));
  return warnings;
}

function stochasticWarnings(stochastic: readonly StochasticNode[]): ModelWarning[] {
  const names = (wanted: (node: StochasticNode) => boolean): string =>
    list(stochastic.filter(wanted).map(({ op, output }) => `${op} ${output}`));
  const dropout = names(({ op, state }) => op === 'Dropout' && state === 'active');
  const random = names(({ op, state }) => op !== 'Dropout' && state === 'active');
  const inactive = names(({ state }) => state === 'inactive');
  const switched = stochastic.find(({ state }) => state === 'switch');
  const warnings: ModelWarning[] = [];
  if (dropout !== '') {
    const how = 'Oodlab switches it off for logits and latents and feeds seeded numbers for the mechanism "model"';
    warnings.push(warn('ACTIVE_STOCHASTIC', `Active at inference, so that two runs differ: ${dropout}. ${how}.`));
  }
  if (random !== '') {
    const how =
      'Hook a tensor in front of it, or use the mechanism "model", which feeds seeded numbers; logits behind it are not used';
    warnings.push(warn('ACTIVE_STOCHASTIC', `Draws random numbers at inference, so that two runs differ: ${random}. ${how}.`));
  }
  if (inactive !== '') {
    const how = 'The mechanism "model" switches it on; "dropout" and "dropblock" do not need it';
    warnings.push(warn('DROPOUT_INACTIVE', `In the file but off at inference: ${inactive}. ${how}.`));
  }
  if (switched !== undefined) {
    const message = `The input "${switched.switchInput}" switches "${switched.output}" on and off: Oodlab decides it, nothing has to be fed.`;
    warnings.push(warn('STOCHASTIC_SWITCH', message));
  }
  return warnings;
}

function inputWarnings({ model, image, probe, stochastic }: WarningContext): ModelWarning[] {
  const { index } = model;
  const switches = new Set(stochastic.map(({ switchInput }) => switchInput));
  const extra = index.inputs.map(({ name }) => name ?? '').filter((name) => name !== image.name && !switches.has(name));
  const warnings = extra.map((name) =>
    warn(
      'EXTRA_INPUT',
      `The input "${name}" is not the image: give its value in model.otherInputs of the plan (shapes here were found with zeros).`,
    ),
  );
  const inside = preprocessing(index, image);
  if (inside !== null) warnings.push(warn('PREPROCESSING_INSIDE', inside));
  if (!image.batchAxis)
    warnings.push(warn('NO_BATCH_AXIS', 'The network takes one image without a batch axis: images are fed one by one.'));
  if (probe.sizeMultiple !== null && probe.sizeMultiple > 1) {
    warnings.push(
      warn('SIZE_MULTIPLE', `Height and width must be multiples of ${probe.sizeMultiple}: resize or crop to such a size.`),
    );
  } else if (probe.sizeMultiple !== null) {
    const size = probe.inputShape.slice(-3).join('x');
    warnings.push(
      warn(
        'FREE_SIZE',
        `The image size is free; the shapes shown are those of a ${size} image. Set the size the network was trained with.`,
      ),
    );
  }
  if (index.inputs.some(({ type, name }) => name === image.name && !type?.tensorType?.shape))
    warnings.push(
      warn('UNKNOWN_SHAPE', `The input "${image.name}" states no shape: its channels are read from the first convolution.`),
    );
  return warnings;
}

/** Arithmetic on the image in front of the first layer. */
function preprocessing(index: GraphIndex, image: ImageInput): string | null {
  const found = new Set<string>();
  let tensor = image.name;
  for (let steps = 0; steps < 12; steps++) {
    const readers = (index.consumers.get(tensor) ?? []).map((at) => index.nodes[at]).filter(({ opType }) => opType !== 'Shape');
    if (readers.length !== 1) break;
    const op = readers[0].opType ?? '';
    if (!/^(Cast|Div|Sub|Mul|Add|Transpose|BatchNormalization|Identity|Unsqueeze|DequantizeLinear|Resize)$/.test(op)) break;
    if (/^(Div|Sub|Mul|Add|BatchNormalization|Resize)$/.test(op) || (op === 'Cast' && image.dtype === 'uint8')) found.add(op);
    tensor = readers[0].output?.[0] ?? '';
  }
  if (found.size === 0) return null;
  const what = [...found].join(', ');
  return image.dtype === 'uint8'
    ? `The graph takes raw bytes and prepares them itself (${what}): feed them with scale 1, mean 0 and standard deviation 1.`
    : `The graph prepares the image itself (${what}): do not normalise again, feed the range it expects (usually 0 to 1).`;
}

function weightWarnings({ model, probe }: WarningContext): ModelWarning[] {
  const broken = brokenWeights(model);
  const starts = probe.nonFinite[0];
  if (broken.length === 0 && starts === undefined) return [];
  const what =
    broken.length > 0
      ? `The weights ${list(broken)} hold NaN or infinity`
      : 'The network computes NaN or infinity on a plain image';
  const where = starts === undefined ? '' : `; from "${starts}" on, ${probe.nonFinite.length} tensors are not numbers`;
  const code = broken.length > 0 ? 'NAN_WEIGHTS' : 'NAN_VALUES';
  return [warn(code, `${what}${where}: hook a tensor in front of it, or export the model again from a good checkpoint.`)];
}

function deadChannels({ hooks, probe }: WarningContext): ModelWarning[] {
  const dead = hooks.flatMap(({ tensors, recommended, kind }) => {
    const stats = kind === 'conv' && recommended !== null ? probe.tensors.get(tensors[0])?.channels : undefined;
    if (!stats || stats.constant < DEAD_SHARE * stats.channels || stats.positions < ENOUGH_POSITIONS) return [];
    return [`${stats.constant} of ${stats.channels} channels of "${tensors[0]}"`];
  });
  if (dead.length === 0) return [];
  return [
    warn(
      'DEAD_CHANNELS',
      `${dead.slice(0, SHOWN).join(', ')} are constant on a made-up image: they carry no entropy, and the covariance of the latents may be singular.`,
    ),
  ];
}

function probabilityWarnings({ model, logits }: WarningContext): ModelWarning[] {
  const outputs = probabilityOutputs(model);
  const behindLogits = logits !== null && (model.index.graph.output ?? []).some(({ name }) => name === logits);
  return outputs.map(({ output, op }) =>
    warn(
      'PROBABILITY_OUTPUT',
      `The output "${output}" holds probabilities (${op}): ${
        logits === null
          ? 'no logits were found, so the baselines energy and max-logit cannot be computed'
          : behindLogits
            ? `the logits are the output "${logits}"`
            : `the logits are taken from "${logits}" in front of it`
      }.`,
    ),
  );
}
