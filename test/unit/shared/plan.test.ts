import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detectorName } from '../../../electron/shared/detector-names.ts';
import { CORRUPTION_IDS } from '../../../electron/shared/corruptions.ts';
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

/** A plan with a set that is derived from its test set, with changes to it. */
function withDerived(set: object, derive: object = {}): typeof minimal {
  const wanted = { from: 'test', corruption: 'fog', severity: 2, ...derive };
  const test = { name: 'test', role: 'test', path: 'images/test', format: 'folder', limit: 30 };
  const datasets = [...minimal.datasets, test, { name: 'fog', role: 'ood', derive: wanted, ...set }];
  return { ...minimal, datasets: datasets as typeof minimal.datasets };
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

  it('takes a number in the id of a detector that has one', () => {
    const detectors = ['knn-10', 'gmm-3-latent', 'lared-0.5', 'knn'];
    const plan = parsePlan(withField('detectors', detectors));
    expect(plan.detectors).toEqual(detectors);
    expect(parsePlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    expect(detectors.map((detector) => detectorName({ detector, pca: null }, 'en'))).toEqual([
      'kNN, k = 10',
      'Gaussian mixture, K = 3, on the latent',
      'LaRED, h = 0.5',
      'kNN',
    ]);
  });

  it('is its own fixed point, so that a resolved plan can be run again', () => {
    const once = parsePlan(minimal);
    expect(parsePlan(JSON.parse(JSON.stringify(once)))).toEqual(once);
  });

  it('accepts the bundled demo plan', () => {
    expect(parsePlan(JSON.parse(readFileSync('resources/demo/plan.json', 'utf8'))).datasets).toHaveLength(6);
  });

  it('gives a derived set the path, format and at most the limit of its source, once and for all', () => {
    const plan = parsePlan(withDerived({ limit: 50 }));
    expect(plan.datasets[2]).toEqual({
      name: 'fog',
      role: 'ood',
      path: 'images/test',
      format: 'folder',
      limit: 30,
      derive: { from: 'test', corruption: 'fog', severity: 2, seed: 0 },
    });
    expect(parsePlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  it('writes out the severity ladder', () => {
    const plan = parsePlan({ ...withDerived({}), severity: { from: 'test', corruptions: ['snow', 'snow'] } });
    expect(plan.severity).toEqual({ from: 'test', corruptions: ['snow'], severities: [1, 2, 3, 4, 5], limit: 200, seed: 0 });
    expect(parsePlan({ ...plan, severity: { from: 'test' } }).severity?.corruptions).toEqual(CORRUPTION_IDS);
    expect(parsePlan(minimal)).not.toHaveProperty('severity');
    expect(parsePlan(plan)).toEqual(plan);
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
    [
      'a detector that does not exist',
      withField('detectors', ['magic']),
      /detectors\.0: there is no detector "magic"; it must be one of larem, .*"knn-10"/,
    ],
    ['no neighbours', withField('detectors', ['lared', 'knn-0']), /detectors\.1: the neighbours of knn must be a whole number/],
    ['half a component', withField('detectors', ['gmm-2.5-latent']), /components of gmm must be a whole number from 1 to 100/],
    ['a bandwidth of 0', withField('detectors', ['lared-0']), /bandwidth of lared must be a number from 0\.001/],
    [
      'a second spelling of a number',
      withField('detectors', ['knn-010']),
      /detectors\.0: there is no detector "knn-010"; it must be one of/,
    ],
    [
      'a number where there is none to state',
      withField('detectors', ['mds-3']),
      /detectors\.0: there is no detector "mds-3"; it must be one of/,
    ],
    ['no object at all', [], /plan\.json/],
    ['a set without a path', withDerived({ derive: undefined }), /"fog" has no path/],
    ['a set derived from nothing', withDerived({}, { from: 'tset' }), /"fog" is derived from "tset", which is no other/],
    ['a set derived from itself', withDerived({}, { from: 'fog' }), /"fog" is derived from "fog"/],
    ['a set derived from fit images', withDerived({}, { from: 'train' }), /no in-distribution set to measure on/],
    ['a derived set as in-distribution', withDerived({ role: 'test' }), /"fog" is derived, so .* out of distribution/],
    ['a derived set with a path of its own', withDerived({ path: 'fog' }), /"fog" is derived from "test" and has a path/],
    ['a corruption that does not exist', withDerived({}, { corruption: 'haze' }), /datasets\.2\.derive\.corruption: .*"fog"/],
    ['a severity of 6', withDerived({}, { severity: 6 }), /datasets\.2\.derive\.severity/],
    [
      'a ladder of what is no test set',
      { ...withDerived({}), severity: { from: 'fog' } },
      /severity\.from: "fog" is no test set/,
    ],
    [
      'a ladder of a corruption that does not exist',
      { ...withDerived({}), severity: { from: 'test', corruptions: ['haze'] } },
      /severity\.corruptions\.0: .*"fog"/,
    ],
  ])('refuses %s in one sentence that names the field', (_what, plan, sentence) => {
    const error = refusal(plan);
    expect(error.code).toBe('E_INPUT');
    expect(error.message).toMatch(sentence);
    expect(error.message).not.toContain('\n');
    expect(error.next).toBeTruthy();
  });
});
