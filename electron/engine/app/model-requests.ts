/** Requests of the Model step. The network itself only ever runs in an inference process. */
import path from 'node:path';
import type { PreviewView } from '../../shared/app/views.ts';
import type { DecodedImage } from '../../shared/domain.ts';
import { AppError } from '../../shared/errors.ts';
import { preprocessSchema, type Preprocess } from '../../shared/plan.ts';
import { preprocessInto, shapeImage } from '../dataset/preprocess.ts';
import type { AppContext, Handlers } from './context.ts';
import { checkModel } from './model-check.ts';
import { dataAddress, png } from './pictures.ts';

type Names = 'model.set' | 'model.undo' | 'model.preview' | 'model.check';

export function modelRequests(app: AppContext): Handlers<Names> {
  return {
    'model.set': ({ grant }) => {
      const workspace = app.workspace();
      const file = app.grant(grant);
      const { draft } = workspace;
      if (path.extname(file).toLowerCase() === '') {
        throw new AppError('E_INPUT', `${file} has no extension.`, { next: 'Choose an ONNX file.' });
      }
      const preprocess = draft.model?.preprocess ?? preprocessSchema.parse({});
      const model = { path: file, input: null, logits: null, preprocess, otherInputs: {} };
      if (draft.model?.path === file) workspace.model.want(file, { again: true });
      workspace.change({
        draft: { ...draft, model },
        guess: draft.model === null,
        previousModel: { model: draft.model, hook: draft.hook },
      });
      return workspace.view();
    },
    'model.undo': () => {
      const workspace = app.workspace();
      const { previousModel, draft } = workspace;
      if (previousModel === null)
        throw new AppError('E_INPUT', 'There is no earlier model to put back.', { next: 'Choose a model.' });
      workspace.change({ draft: { ...draft, ...previousModel }, previousModel: null });
      return workspace.view();
    },
    'model.preview': async ({ set, index }) => {
      const workspace = app.workspace();
      const { model } = workspace.draft;
      if (model === null) throw new AppError('E_INPUT', 'There is no model yet.', { next: 'Add a model first.' });
      const record = await workspace.media.record(workspace.set(set), index);
      const view = previewOf(await record.load(), model.preprocess);
      return { at: record.at, label: record.labelName ?? (record.label === null ? null : String(record.label)), ...view };
    },
    'model.check': async () => {
      const workspace = app.workspace();
      await workspace.makeWay();
      return checkModel(workspace);
    },
  };
}

/** The same functions as the run's loader, on one image. */
function previewOf(image: DecodedImage, preprocess: Preprocess): Omit<PreviewView, 'at' | 'label'> {
  const shaped = shapeImage(image, preprocess);
  const { width, height, channels } = shaped;
  const { layout } = preprocess;
  const out = new Float32Array(width * height * channels);
  preprocessInto(image, preprocess, { dtype: 'float32', channels, height, width, layout }, { out, offset: 0 });
  const [low, high] = range(out);
  const [fileLow, fileHigh] = range(image.pixels);
  const picture = { width, height, channels, pixels: tensorPixels(out, { ...shaped, layout, low, high }) };
  return {
    file: {
      picture: dataAddress(png(image)),
      width: image.width,
      height: image.height,
      channels: image.channels,
      low: fileLow,
      high: fileHigh,
    },
    resized: {
      picture: dataAddress(png(shaped)),
      width,
      height,
      changed: width !== image.width || height !== image.height || channels !== image.channels,
    },
    tensor: {
      picture: dataAddress(png(picture)),
      shape: layout === 'NCHW' ? [1, channels, height, width] : [1, height, width, channels],
      low,
      high,
    },
  };
}

/** Stretched over the tensor's own range, channels in the order that the network gets them. */
function tensorPixels(
  values: Float32Array,
  {
    width,
    height,
    channels,
    layout,
    low,
    high,
  }: Omit<DecodedImage, 'pixels'> & { layout: 'NCHW' | 'NHWC'; low: number; high: number },
): Uint8Array {
  const count = width * height;
  const factor = high > low ? 255 / (high - low) : 0;
  return Uint8Array.from({ length: count * channels }, (_, at) => {
    const [i, c] = [Math.floor(at / channels), at % channels];
    return Math.round((values[layout === 'NCHW' ? c * count + i : at] - low) * factor);
  });
}

function range(values: Float32Array | Uint8Array): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
