import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runConformance } from '../../electron/engine/conformance/run-conformance.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { ROOT } from '../helpers/run-cli.ts';

const FOLDER = tempFolder();
const freshFolder = (): string => mkdtempSync(path.join(FOLDER, 'case-'));
const GOLDEN = path.join(ROOT, 'resources', 'golden');

/** Topics that have functions behind them; whoever builds another moves it here. */
const BUILT = [
  'detectors_latent',
  'detectors_logit_feature',
  'dropblock_masks',
  'entropy_1d',
  'entropy_nd',
  'gen_vim',
  'intervals',
  'knn',
  'lared',
  'larem',
  'latent_reduction',
  'linalg',
  'mahalanobis_mds',
  'metrics',
  'msp_energy',
  'npy_npz',
  'ood_metrics_extra',
  'pca',
  'pipeline_end_to_end',
  'predictive_uncertainty',
  'preprocess',
  'react_dice_ash',
  'rng',
];

test('every golden topic is built and passes', async () => {
  const topics = await runConformance(GOLDEN);
  for (const topic of topics) expect(topic.failures, topic.topic).toEqual([]);
  expect(topics.filter(({ status }) => status === 'passed').map(({ topic }) => topic)).toEqual(BUILT);
  expect(topics).toHaveLength(BUILT.length);
  expect(topics.reduce((sum, { values }) => sum + values, 0)).toBeGreaterThan(20_000);
});

/** One expected value of each topic, by its place in the file. */
const EXPECTED: Record<string, (string | number)[]> = {
  detectors_latent: ['cases', 4, 'scores', 'data', 1],
  detectors_logit_feature: ['cases', 0, 'scores', 'rmds', 'data', 2],
  dropblock_masks: ['cases', 0, 'samples', 'data', 3],
  entropy_1d: ['cases', 0, 'h'],
  entropy_nd: ['cases', 0, 'h'],
  gen_vim: ['cases', 0, 'scores', 'data', 1],
  intervals: ['cases', 0, 'delong'],
  knn: ['cases', 0, 'scores', 'data', 1],
  lared: ['cases', 4, 'scores', 'data', 2],
  larem: ['cases', 3, 'scores', 'data', 2],
  latent_reduction: ['cases', 6, 'value', 'data', 1],
  linalg: ['cases', 0, 'eigenvalues', 'data', 1],
  mahalanobis_mds: ['cases', 0, 'scores', 'data', 3],
  metrics: ['cases', 0, 'exact', 'aupr'],
  msp_energy: ['cases', 0, 'energy', 'data', 0],
  ood_metrics_extra: ['cases', 0, 'detection_error'],
  npy_npz: ['cases', 0, 'array', 'data', 4],
  pca: ['cases', 0, 'components', 'data', 1],
  pipeline_end_to_end: ['cases', 0, 'h_z', 'test', 'data', 5],
  predictive_uncertainty: ['cases', 0, 'predictive_entropy', 'data', 1],
  preprocess: ['cases', 0, 'out', 'bilinear', 'data', 3],
  react_dice_ash: ['cases', 0, 'ash_s', 'data', 1],
  rng: ['cases', 0, 'rows', 0, 'out', 0],
};

test.each(BUILT)('%s: one changed expected value fails the topic', async (topic) => {
  const folder = freshFolder();
  const file = path.join(folder, `${topic}.json`);
  cpSync(path.join(GOLDEN, `${topic}.json`), file);
  const golden = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const place = EXPECTED[topic];
  const last = place[place.length - 1];
  const parent = place
    .slice(0, -1)
    .reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], golden) as Record<
    string | number,
    unknown
  >;
  const old = parent[last];
  parent[last] = typeof old === 'number' ? old + Math.max(1, Math.abs(old)) * (topic === 'preprocess' ? 1 : 1e-5) : '00000000';
  writeFileSync(file, JSON.stringify(golden));
  const [result] = await runConformance(folder);
  expect(result.status).toBe('failed');
  expect(result.failures[0]).toContain('[');
});

test('a topic that nobody built is listed as such, never hidden', async () => {
  const folder = freshFolder();
  writeFileSync(path.join(folder, 'x.json'), '{"topic": "telepathy", "cases": []}');
  expect(await runConformance(folder)).toMatchObject([{ topic: 'telepathy', status: 'not built yet' }]);
});

test('a file that is no golden file, and a folder without any, are said to be so', async () => {
  const folder = freshFolder();
  await expect(runConformance(folder)).rejects.toMatchObject({ code: 'E_INPUT' });
  writeFileSync(path.join(folder, 'x.json'), '{"topic": "pca"');
  const [result] = await runConformance(folder);
  expect(result.status).toBe('unreadable');
});
