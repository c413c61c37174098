import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectModel } from '../../../electron/engine/onnx/inspect-model.ts';
import { openModel } from '../../../electron/engine/onnx/open-model.ts';
import { onnx } from '../../../electron/engine/onnx/proto.ts';
import { AppError } from '../../../electron/shared/errors.ts';
import { BROKEN, fixturePath } from '../../helpers/onnx-fixtures.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const CODES = new Set(['E_INPUT', 'E_MODEL_INVALID', 'E_MODEL_UNSUPPORTED']);

/** What the refusal must name. */
const SAYS: Record<string, RegExp> = {
  zero_byte: /empty/,
  truncated: /damaged or incomplete/,
  truncated_at_field: /not an ONNX model, or it is incomplete/,
  png_renamed: /PNG/,
  pytorch_checkpoint_renamed: /PyTorch checkpoint/,
  git_lfs_pointer: /Git LFS pointer/,
  random_bytes: /not an ONNX model|damaged/,
  unknown_op_domain: /FancyActivation.*com\.acme\.custom/,
  unknown_op: /Reluu/,
  cyclic: /cycle/,
  initializer_too_short: /conv2\.weight.*4,608.*4,544/,
  initializer_shape_mismatch: /conv2.*8 channels.*16x7x3x3/,
  initializer_claims_terabytes: /conv2\.weight.*39,582,418,599,936/,
  external_missing: /does_not_exist\.data.*missing.*looked for/,
  external_path_escape: /Refused.*outside/,
  duplicate_tensor: /relu1/,
  dangling_input: /conv2.*pool_that_does_not_exist/,
  future_opset: /opset 99/,
  future_ir: /IR 99/,
  no_outputs: /no outputs/,
};

async function refusal(file: string): Promise<AppError> {
  const thrown: unknown = await inspectModel(file).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(AppError);
  return thrown as AppError;
}

describe('broken files', () => {
  it.each(BROKEN.filter(({ file }) => !file.includes('no_nodes')))('refuses $file with one sentence', async ({ file }) => {
    const error = await refusal(fixturePath(file));
    expect(CODES).toContain(error.code);
    expect(error.message).toMatch(/^[^\n]{10,300}\.$/);
    expect(error.message).not.toMatch(/ {4}at |node:|\.ts:/);
    expect(error.next).toBeTruthy();
    expect(error.message).toMatch(SAYS[path.basename(file, '.onnx')]);
  });

  it('opens a graph without nodes and says that nothing can be hooked', async () => {
    const info = await inspectModel(fixturePath('broken/no_nodes.onnx'));
    expect(info.hooks).toEqual([]);
    expect(info.warnings.map(({ code }) => code)).toEqual(['NO_HOOKS']);
  });

  it('says that a file is missing or a folder', async () => {
    expect((await refusal('/nowhere/at/all.onnx')).code).toBe('E_INPUT');
    expect((await refusal(import.meta.dirname)).message).toContain('is a folder');
  });
});

describe('external data', () => {
  const folder = tempFolder();
  const inner = path.join(folder, 'model');
  mkdirSync(inner);
  cpSync(fixturePath('external_data.onnx.data'), path.join(folder, 'outside.data'));
  cpSync(fixturePath('external_data.onnx.data'), path.join(inner, 'good.data'));
  symlinkSync(path.join(folder, 'outside.data'), path.join(inner, 'link.data'));

  function pointTo(location: string): string {
    const proto = onnx.ModelProto.decode(readFileSync(fixturePath('external_data.onnx')));
    for (const tensor of proto.graph!.initializer ?? []) {
      for (const entry of tensor.externalData ?? []) if (entry.key === 'location') entry.value = location;
    }
    const file = path.join(inner, 'model.onnx');
    writeFileSync(file, onnx.ModelProto.encode(proto).finish());
    return file;
  }

  it('reads weights beside the model', async () => {
    expect((await openModel(pointTo('good.data'))).externalFiles).toEqual(['good.data']);
  });

  it.each([
    '../outside.data',
    'sub/../../outside.data',
    '/etc/hostname',
    'C:\\windows\\win.ini',
    '..\\outside.data',
    '',
    'link.data',
    '.',
  ])('refuses the location %j', async (location) => {
    const error = await refusal(pointTo(location));
    expect(error.code).toBe('E_MODEL_INVALID');
    expect(error.message).toMatch(/^[^\n]+\.$/);
  });

  it('refuses a data file that is too short', async () => {
    writeFileSync(path.join(inner, 'short.data'), readFileSync(fixturePath('external_data.onnx.data')).subarray(0, 1000));
    expect((await refusal(pointTo('short.data'))).message).toMatch(/too short/);
  });
});
