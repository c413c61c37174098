/** Sets that are made from others, and the severity ladder: the demo's network and images, real inference processes. */
import { hash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encode } from 'fast-png';
import { beforeAll, describe, expect, it } from 'vitest';
import { corrupt } from '../../electron/engine/corruption/corrupt.ts';
import { openDataset } from '../../electron/engine/dataset/open-dataset.ts';
import { inputLines } from '../../electron/engine/evidence/inputs.ts';
import { verifyEvidence } from '../../electron/engine/evidence/verify.ts';
import { writeEvidence } from '../../electron/engine/evidence/write-evidence.ts';
import { loadRun } from '../../electron/engine/pipeline/load-run.ts';
import { openProject } from '../../electron/engine/storage/open-project.ts';
import { parsePlan, type Plan } from '../../electron/shared/plan.ts';
import type { Estimate, Results, SeverityLadder } from '../../electron/shared/results.ts';
import { processSamplers } from '../../electron/workers/process-sampler.ts';
import { DEMO, demoPlan, writePlan } from '../helpers/demo-plan.ts';
import { scene } from '../helpers/made-images.ts';
import { runCli } from '../helpers/run-cli.ts';
import { runInTest } from '../helpers/run-in-test.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();

/** Enough images for narrow intervals, few enough for seconds. */
const plan = (more: object, change: (plan: Plan) => void = () => undefined): Plan =>
  parsePlan({
    ...demoPlan((base) => {
      base.datasets = base.datasets.filter(({ name }) => name.startsWith('Fashion') || name === 'MNIST digits');
      base.datasets[0].limit = 600;
      base.datasets[2].limit = 60;
      base.pca = [null];
      base.runtime.provider = 'cpu';
      change(base);
    }),
    ...more,
  });

const ladder = { from: 'Fashion test', corruptions: ['gaussian-noise', 'gaussian-blur'], limit: 120, seed: 3 };

const ladderOf = (results: Results): SeverityLadder => results.severity!;

describe('the severity ladder of the demo', () => {
  let results: Results;
  const where = path.join(folder, 'ladder');
  beforeAll(async () => {
    mkdirSync(where);
    results = await runInTest(plan({ severity: ladder }), { folder: where }, (run) => run.results);
  });

  const of = (corruption: string, figure: (step: SeverityLadder['steps'][number]) => Estimate): Estimate[] =>
    ladderOf(results)
      .steps.filter((step) => step.corruption === corruption)
      .map(figure);

  it.each(['gaussian-noise', 'gaussian-blur'])('%s: detection rises and accuracy falls, within their intervals', (corruption) => {
    const { clean, steps } = ladderOf(results);
    expect(steps.filter((step) => step.corruption === corruption).map(({ severity }) => severity)).toEqual([1, 2, 3, 4, 5]);
    clean.detectors.forEach(({ detector, alarmRate }, k) => {
      if (detector !== 'lared' && detector !== 'larem') return;
      const caught = [alarmRate, ...of(corruption, ({ detectors }) => detectors[k].detectionRate)];
      for (let i = 1; i < caught.length; i++)
        expect(caught[i].high, `${detector} ${i}`).toBeGreaterThanOrEqual(caught[i - 1].low);
      expect(caught[5].low).toBeGreaterThan(caught[0].high);
      expect(caught[5].value).toBeGreaterThan(0.9);
    });
    const right = [clean.accuracy!, ...of(corruption, ({ accuracy }) => accuracy!)];
    for (let i = 1; i < right.length; i++) expect(right[i].low, `accuracy ${i}`).toBeLessThanOrEqual(right[i - 1].high);
    expect(right[5].high).toBeLessThan(right[0].low);
  });

  it('says what it climbed: the images, every detector once, what the clean images give', () => {
    const { clean, from, seed, steps } = ladderOf(results);
    expect({ from, seed, count: clean.count }).toEqual({ from: 'Fashion test', seed: 3, count: 120 });
    expect(clean.detectors.map(({ detector }) => detector)).toEqual(['larem', 'lared', 'msp', 'energy']);
    expect(clean.accuracy!.value).toBeGreaterThan(0.85);
    for (const { detectors, count } of steps) expect([detectors.length, count]).toEqual([4, 120]);
    expect(results.plan.severity).toMatchObject({ severities: [1, 2, 3, 4, 5] });
    // The steps are no data sets of the plan.
    expect(results.datasets).toHaveLength(3);
  });

  it('agrees with the same images as an OoD set of the plan', async () => {
    const derive = { from: 'Fashion test', corruption: 'gaussian-blur', severity: 3, seed: 3 };
    const one = await runInTest(
      plan({}, (base) => {
        base.datasets[2] = { name: 'Blurred', role: 'ood', limit: 120, derive } as Plan['datasets'][number];
      }),
      { folder: where, project: 'one.oodlab' },
      (run) => run.results,
    );
    const step = ladderOf(results).steps.find(({ corruption, severity }) => corruption === 'gaussian-blur' && severity === 3)!;
    for (const { detector, detectionRate, auroc } of step.detectors) {
      const row = one.metrics.find((metrics) => metrics.detector === detector)!;
      expect([row.detectionRateOod, ...row.detectionRateOodInterval]).toEqual([
        detectionRate.value,
        detectionRate.low,
        detectionRate.high,
      ]);
      expect(row.auroc).toEqual(auroc);
    }
    // A blurred copy is alike by design; other duplicates of these images there are none.
    expect(one.hygiene?.nearDuplicates.counts).toMatchObject({ Blurred: 0 });
  });

  it('is the same with other batches, in two processes, and from what is stored', async () => {
    const other = await runInTest(
      plan({ severity: ladder }, (base) => (base.runtime.batchSize = 7)),
      { folder: where, project: 'two.oodlab', processes: 2 },
      (run) => run.results,
    );
    const rates = ({ severity }: Results): unknown =>
      severity!.steps.map(({ accuracy, detectors }) => [accuracy, ...detectors.map(({ detectionRate }) => detectionRate)]);
    expect(rates(other)).toEqual(rates(results));
    let sampled = 0;
    const again = await runInTest(
      plan({ severity: ladder }),
      { folder: where, hooks: { onStart: () => void sampled++ } },
      (run) => run.results,
    );
    expect(again.severity).toEqual(results.severity);
    expect(sampled).toBe(0);
  });

  it('is left out while the test sets are sealed, and by further seeds', async () => {
    const file = writePlan(where, plan({ severity: { ...ladder, corruptions: ['contrast'], severities: [5], limit: 10 } }));
    const out = path.join(where, 'sealed');
    const run = await runCli(['run', file, '--out', out, '--sealed']);
    expect(run.code, run.stderr).toBe(0);
    expect(JSON.parse(readFileSync(path.join(out, 'results.json'), 'utf8'))).not.toHaveProperty('severity');
    const seeded = await runInTest(
      plan({ severity: { ...ladder, corruptions: ['contrast'], severities: [5], limit: 10 } }),
      {
        folder: where,
        project: 'seeds.oodlab',
        seeds: 2,
      },
      ({ results: { severity, stability } }) => ({ steps: severity!.steps.length, seeds: stability!.seeds }),
    );
    expect(seeded).toEqual({ steps: 1, seeds: [0, 1] });
  });
});

describe('on the command line', () => {
  it('prints the ladder that was asked for', async () => {
    const file = writePlan(folder, plan({}), 'cli.json');
    const run = await runCli([
      'run',
      file,
      '--out',
      path.join(folder, 'cli'),
      '--severity',
      'contrast, dead-rows',
      '--severity-limit',
      '20',
      '--no-monitor',
    ]);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toContain('Severity ladder, LaRED: 20 images of Fashion test');
    expect(run.stdout.match(/^(Low contrast|Dead sensor rows) +[1-5] /gm)).toHaveLength(10);
  });

  it('says what is wrong with it in a sentence', async () => {
    const file = writePlan(folder, plan({}), 'cli.json');
    const run = await runCli(['run', file, '--out', path.join(folder, 'cli'), '--severity', 'haze']);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/severity\.corruptions\.0: .*"fog"/);
  });
});

describe('a derived set', () => {
  const data = path.join(folder, 'data');
  const out = path.join(folder, 'pack');
  const derived = (): Plan =>
    plan({}, (base) => {
      base.model.path = 'net.onnx';
      base.datasets = [
        { name: 'Fit', role: 'fit', path: 'fit' },
        { name: 'Test', role: 'test', path: 'test', limit: 20 },
        { name: 'Fog', role: 'ood', limit: 12, derive: { from: 'Test', corruption: 'fog', severity: 3, seed: 8 } },
      ] as unknown as Plan['datasets'];
    });
  const verify = (place: string): ReturnType<typeof verifyEvidence> =>
    verifyEvidence({
      pack: path.join(out, 'evidence.zip'),
      data: place,
      openSamplers: processSamplers(),
      threads: 1,
      onProgress: () => undefined,
    });

  beforeAll(async () => {
    for (const [set, count] of [
      ['fit', 40],
      ['test', 24],
    ] as const) {
      mkdirSync(path.join(data, set), { recursive: true });
      for (let i = 0; i < count; i++) {
        const { width, height, channels, pixels } = scene(set === 'fit' ? i : 100 + i, { width: 28, height: 28, channels: 1 });
        writeFileSync(path.join(data, set, `${i}.png`), encode({ width, height, channels, depth: 8, data: pixels }));
      }
    }
    writeFileSync(path.join(data, 'test', '3.png'), 'no image');
    copyFileSync(path.join(DEMO, 'demo_eval.onnx'), path.join(data, 'net.onnx'));
    mkdirSync(out);
    await runInTest(derived(), { folder: out, baseDir: data }, (run) => writeEvidence({ run, out }));
  });

  it('holds the images that the corruption draws, by their number in the set that they are made from', async () => {
    const project = openProject(path.join(out, 'project.oodlab'));
    try {
      const { roles, results } = loadRun(project);
      const lines = [...inputLines(results.hashes.model, roles.sets, project.samples)].map(
        (line) => JSON.parse(line) as { set?: string; at: string; sha256: string | null },
      );
      const fog = lines.filter(({ set }) => set === 'Fog');
      expect(fog).toHaveLength(12);
      const source = await openDataset(path.join(data, 'test'), { format: 'auto', limit: 12 });
      for await (const record of source.images()) {
        const image = await record.load().catch(() => null);
        const pixels = image === null ? null : corrupt(image, { corruption: 'fog', severity: 3, seed: 8 }, record.index).pixels;
        expect(fog[record.index]).toMatchObject({ at: record.at, sha256: pixels === null ? null : hash('sha256', pixels) });
      }
      expect(results.datasets[2]).toMatchObject({
        name: 'Fog',
        entries: 12,
        count: 11,
        path: 'test',
        rejected: [{ at: '3.png' }],
      });
      expect(results.datasets[2].sha256).not.toBe(results.datasets[1].sha256);
    } finally {
      project.close();
    }
  });

  it('is another set by its content with another seed or strength', async () => {
    const hashes = new Set<string>();
    for (const derive of [
      { severity: 3, seed: 8 },
      { severity: 4, seed: 8 },
      { severity: 3, seed: 9 },
    ]) {
      const changed = parsePlan({
        ...derived(),
        datasets: derived().datasets.map((set) => (set.derive ? { ...set, derive: { ...set.derive, ...derive } } : set)),
      });
      hashes.add(
        await runInTest(
          changed,
          { folder: out, baseDir: data, project: 'other.oodlab' },
          (run) => run.results.hashes.datasets.Fog,
        ),
      );
    }
    expect(hashes.size).toBe(3);
  });

  it('is verified with its evidence pack, wherever the data lies, and refused when an image under it changed', async () => {
    const moved = path.join(folder, 'moved');
    cpSync(data, moved, { recursive: true });
    expect(await verify(moved)).toMatchObject({ verified: true, reasons: [] });
    const { width, height, channels, pixels } = scene(900, { width: 28, height: 28, channels: 1 });
    writeFileSync(path.join(moved, 'test', '5.png'), encode({ width, height, channels, depth: 8, data: pixels }));
    const verdict = await verify(moved);
    expect(verdict.verified).toBe(false);
    expect(verdict.reasons.join(' ')).toMatch(/5\.png of Test/);
    expect(verdict.reasons.join(' ')).toMatch(/5\.png of Fog/);
    const nowhere = await verify(path.join(folder, 'nowhere'));
    expect(nowhere.reasons.filter((reason) => reason.includes('Fog'))).toEqual([]);
  });
});
