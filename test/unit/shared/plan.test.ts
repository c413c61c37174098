import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../electron/shared/errors.ts';
import { parsePlan } from '../../../electron/shared/plan.ts';

const minimal = {
  schema: 'oodlab.plan/1',
  model: { path: 'model.onnx' },
  hook: { tensor: 'block2.out' },
  datasets: [{ name: 'train', role: 'fit', path: 'train' }],
};

/** Sets the field at a dotted path in a copy of the minimal plan. */
function withField(at: string, value: unknown): unknown {
  const plan = structuredClone(minimal) as Record<string, unknown>;
  const keys = at.split('.');
  let inner = plan;
  for (const key of keys.slice(0, -1)) inner = (inner[key] ??= {}) as Record<string, unknown>;
  inner[keys.at(-1)!] = value;
  return plan;
}

function refusal(plan: unknown): AppError {
  try {
    parsePlan(plan, 'plan.json');
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('the plan was accepted');
}

describe('parsePlan', () => {
  it('writes out every default', () => {
    expect(parsePlan(minimal)).toEqual({
      ...minimal,
      name: 'Untitled evaluation',
      model: {
        path: 'model.onnx',
        input: null,
        logits: null,
        preprocess: { color: 'rgb', resize: null, centerCrop: null, scale: 1 / 255, mean: [0], std: [1], layout: 'NCHW' },
        otherInputs: {},
      },
      hook: { tensor: 'block2.out', kind: 'auto', reduction: 'fullmean' },
      sampling: { mechanism: 'dropblock', dropProb: 0.5, blockSize: 8, samples: 16, seed: 0, masks: 'bank' },
      datasets: [{ name: 'train', role: 'fit', path: 'train', format: 'auto', limit: null }],
      pca: [null],
      detectors: ['larem', 'lared'],
      baselines: [],
      threshold: { rule: 'conformal', falseAlarm: 0.05 },
      selection: { rule: 'auto', share: 0.2 },
      runtime: { provider: 'auto', batchSize: null, threads: null },
    });
  });

  it('is its own fixed point, so that a resolved plan can be run again', () => {
    const once = parsePlan(minimal);
    expect(parsePlan(JSON.parse(JSON.stringify(once)))).toEqual(once);
  });

  it('accepts the bundled demo plan', () => {
    expect(parsePlan(JSON.parse(readFileSync('resources/demo/plan.json', 'utf8'))).datasets).toHaveLength(6);
  });

  it.each([
    ['a misspelled key', withField('sampling.dropProp', 0.5), /"dropProp" in sampling/],
    ['an unknown key at the top', withField('extra', 1), /"extra" in the file/],
    ['another schema', withField('schema', 'oodlab.plan/2'), /schema/],
    ['a drop probability of 1', withField('sampling.dropProb', 1), /sampling\.dropProb/],
    ['one sample', withField('sampling.samples', 1), /sampling\.samples/],
    ['a standard deviation of 0', withField('model.preprocess', { std: [0] }), /std/],
    ['mean and std of different lengths', withField('model.preprocess', { mean: [0, 0, 0], std: [1] }), /differ in length/],
    ['a reduction that does not exist', withField('hook.reduction', 'median'), /hook\.reduction: must be fullmean/],
    ['no fit set', withField('datasets', [{ name: 'a', role: 'ood', path: 'a' }]), /no set has the role "fit"/],
    ['the same name twice', withField('datasets', [minimal.datasets[0], minimal.datasets[0]]), /"train" stands twice/],
    ['a detector that does not exist', withField('detectors', ['magic']), /detectors\.0/],
    ['no object at all', [], /plan\.json/],
  ])('refuses %s in one sentence that names the field', (_what, plan, sentence) => {
    const error = refusal(plan);
    expect(error.code).toBe('E_INPUT');
    expect(error.message).toMatch(sentence);
    expect(error.message).not.toContain('\n');
    expect(error.next).toBeTruthy();
  });
});
