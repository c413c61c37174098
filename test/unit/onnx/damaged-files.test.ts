/** Cut files and flipped bytes: a model opens or is refused with one sentence, whatever the damage. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectModel } from '../../../electron/engine/onnx/inspect-model.ts';
import { openModel } from '../../../electron/engine/onnx/open-model.ts';
import { imageInput } from '../../../electron/engine/onnx/image-input.ts';
import { findLogits } from '../../../electron/engine/onnx/logits.ts';
import { findStochastic } from '../../../electron/engine/onnx/stochastic.ts';
import { AppError } from '../../../electron/shared/errors.ts';
import { fixturePath } from '../../helpers/onnx-fixtures.ts';
import { numbers } from '../../helpers/onnx-surgery.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const COUNT = 60;
const MODELS = ['fixed_batch1', 'odd_names', 'int8_qdq', 'if_node', 'external_data', 'zipmap_output'];

describe.each(MODELS)('%s', (name) => {
  const folder = tempFolder();
  const bytes = readFileSync(fixturePath(`${name}.onnx`));
  const file = path.join(folder, 'damaged.onnx');
  if (name === 'external_data')
    writeFileSync(path.join(folder, 'external_data.onnx.data'), readFileSync(fixturePath(`${name}.onnx.data`)));

  /** Everything that reads the file, and a run where it opens: thousands of flips have not crashed ONNX Runtime. */
  async function look(): Promise<'opened' | AppError> {
    try {
      const model = await openModel(file);
      findStochastic(model);
      findLogits(model);
      imageInput(model, null);
      await inspectModel(file);
      return 'opened';
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  function expectSentence(result: 'opened' | AppError): void {
    if (result === 'opened') return;
    expect(['E_INPUT', 'E_MODEL_INVALID', 'E_MODEL_UNSUPPORTED']).toContain(result.code);
    expect(result.message).toMatch(/^[^\n]+\.$/);
  }

  it(`survives ${COUNT} cuts`, async () => {
    for (const at of numbers(COUNT, 1)) {
      writeFileSync(file, bytes.subarray(0, Math.floor(at * bytes.length)));
      expectSentence(await look());
    }
  });

  it(`survives ${COUNT} flipped bytes`, async () => {
    const [positions, masks] = [numbers(COUNT, 2), numbers(COUNT, 3)];
    // Half of them near the end and the start, where the structure is, the rest anywhere.
    for (let i = 0; i < COUNT; i++) {
      const copy = Buffer.from(bytes);
      const span = i % 2 === 0 ? bytes.length : Math.min(1500, bytes.length);
      const at = Math.floor(positions[i] * span);
      copy[i % 4 === 1 ? bytes.length - 1 - at : at] ^= 1 + Math.floor(masks[i] * 255);
      writeFileSync(file, copy);
      expectSentence(await look());
    }
  });
});
