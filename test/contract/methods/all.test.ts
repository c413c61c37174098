/** `oodlab run --all`, `--detectors` and `--baselines`: nothing that the product knows is left out in silence. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { BASELINE_IDS, DETECTOR_IDS } from '../../../electron/shared/method-ids.ts';
import type { Results } from '../../../electron/shared/results.ts';
import { demoPlan, limited, writePlan } from '../../helpers/demo-plan.ts';
import { runCli, type CliResult } from '../../helpers/run-cli.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const LIMIT = 150;
const folder = tempFolder();
const resultsIn = (out: string): Results => JSON.parse(readFileSync(path.join(out, 'results.json'), 'utf8')) as Results;

describe('run --all', () => {
  const out = path.join(folder, 'all');
  let run: CliResult;
  let results: Results;

  beforeAll(async () => {
    const plan = writePlan(
      folder,
      demoPlan((one) => {
        limited(LIMIT)(one);
        one.pca = [null];
      }),
    );
    run = await runCli(['run', plan, '--all', '--out', out, '--no-monitor']);
    results = resultsIn(out);
  }, 300_000);

  it('gives each detector and baseline a figure on every set, or the reason why it has none', () => {
    expect(run.stderr).not.toMatch(/\n\s+at /);
    expect(run.code).toBe(0);
    const oodSets = results.datasets.filter(({ role }) => role === 'ood').map(({ name }) => name);
    for (const id of [...DETECTOR_IDS, ...BASELINE_IDS]) {
      const sets = results.metrics.filter(({ detector }) => detector === id).map(({ ood }) => ood);
      const reasons = (results.notRun ?? []).filter((one) => one.id === id).map(({ reason }) => reason);
      expect([id, sets, reasons.length]).toEqual(reasons.length === 0 ? [id, oodSets, 0] : [id, [], 1]);
      for (const reason of reasons) expect(reason).toMatch(/^[A-Z].+\.$/);
    }
    expect(new Set(results.metrics.map(({ detector }) => detector)).size).toBeGreaterThan(35);
  });

  it('names each of them in the printed table and in metrics.csv', () => {
    const csv = readFileSync(path.join(out, 'metrics.csv'), 'utf8').trim().split(/\r?\n/);
    expect(csv).toHaveLength(results.metrics.length + 1);
    for (const { detector } of results.metrics) expect(run.stdout).toContain(detector);
  });

  it('asks of each pair with the main detector only, and corrects for all of them', () => {
    const { statistics } = results;
    expect(statistics!.pairs).toBe('with-main');
    for (const { p, pHolm } of statistics!.comparisons) expect(pHolm).toBeGreaterThanOrEqual(p);
  });
});

describe('lists of methods', () => {
  it('runs those that are named, in that order', async () => {
    const out = path.join(folder, 'few');
    const plan = writePlan(folder, demoPlan(limited(90)), 'few.json');
    const args = ['run', plan, '--detectors', 'knn, larem-oas', '--baselines', 'vim', '--out', out, '--no-monitor'];
    expect((await runCli(args)).code).toBe(0);
    const ids = new Set(resultsIn(out).metrics.map(({ detector }) => detector));
    expect([...ids]).toEqual(['knn', 'larem-oas', 'vim']);
  }, 120_000);

  it('refuses a name that it does not know in one sentence', async () => {
    const plan = writePlan(folder, demoPlan(limited(60)), 'wrong.json');
    const { code, stderr } = await runCli(['run', plan, '--detectors', 'lared,odin', '--out', path.join(folder, 'wrong')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^oodlab: .*there is no detector "odin"; it must be one of larem, lared, /);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
