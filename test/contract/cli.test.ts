/** The command line as PRODUCT.md pins it: exit codes, one sentence with the mend, the same as data. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../electron/shared/plan.ts';
import type { Results } from '../../electron/shared/results.ts';
import { makeFiles } from '../fixtures/layouts/make.ts';
import { DEMO, demoPlan, limited, writePlan } from '../helpers/demo-plan.ts';
import { noiseImages } from '../helpers/image-folder.ts';
import { BROKEN, fixturePath } from '../helpers/onnx-fixtures.ts';
import { ROOT, runCli, type CliResult } from '../helpers/run-cli.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();
const freshFolder = (): string => mkdtempSync(path.join(folder, 'case-'));

function isOneSentence({ stderr }: CliResult): void {
  expect(stderr).not.toMatch(/^\s+at /m);
  const lines = stderr.trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^oodlab: .+[.)]$/);
}

describe('a finished run', () => {
  const out = path.join(folder, 'done');
  let run: CliResult;
  let results: Results;
  beforeAll(async () => {
    const plan = writePlan(
      folder,
      demoPlan((changed) => {
        limited(200)(changed);
        changed.pca = [null, 8];
      }),
    );
    run = await runCli(['run', plan, '--out', out]);
    results = JSON.parse(readFileSync(path.join(out, 'results.json'), 'utf8')) as Results;
  });

  test('exits 0, prints the table on stdout and progress on stderr', () => {
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toContain('AUROC');
    expect(run.stdout).toContain('OoD accepted at 95 % InD accepted');
    expect(run.stderr).toMatch(/sample {1,4}\d+\/\d+/);
  });

  test('results.json holds what the schema promises', () => {
    expect(results.schema).toBe('oodlab.results/1');
    expect(results.plan.runtime.batchSize).toBe(64);
    expect(results.environment.provider).toBe('cpu');
    expect(results.hashes.model).toMatch(/^[0-9a-f]{64}$/);
    expect(Object.keys(results.hashes.datasets)).toEqual(results.datasets.map(({ name }) => name));
    expect(results.calibration).toEqual({ source: 'held out of the fit sets', count: 40, heldOutShare: 0.2 });
    // 4 OoD sets x (2 detectors x 2 PCA sizes + 2 baselines).
    expect(results.metrics).toHaveLength(4 * 6);
    for (const row of results.metrics) {
      expect(row.nInd).toBe(200);
      for (const name of ['auroc', 'auprInd', 'auprOod', 'fpr95IndPositive', 'fpr95OodPositive'] as const) {
        const { value, low, high } = row[name];
        expect(low, `${row.detector} ${name}`).toBeLessThanOrEqual(value);
        expect(value, `${row.detector} ${name}`).toBeLessThanOrEqual(high);
      }
      const [low, high] = row.alarmRateIndInterval;
      expect(low).toBeLessThanOrEqual(row.alarmRateInd);
      expect(row.alarmRateInd).toBeLessThanOrEqual(high);
    }
    expect(results.timing.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['sample', 'fit', 'score']) as string[]);
  });

  test('an AUROC below one half stays there and warns', () => {
    const below = results.metrics.filter(({ auroc }) => auroc.value < 0.5);
    expect(below.length).toBeGreaterThan(0);
    const warned = results.warnings.filter(({ code }) => code === 'AUROC_BELOW_HALF');
    expect(warned).toHaveLength(below.length);
  });

  test('scores.csv has a row for each image that got a score, and agrees with metrics', () => {
    const [header, ...lines] = readFileSync(path.join(out, 'scores.csv'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    expect(lines).toHaveLength(40 + 5 * 200);
    const alarm = header.indexOf('lared alarm');
    const rate = (set: string): number => {
      const own = lines.filter(([name]) => name === set);
      return own.filter((line) => line[alarm] === '1').length / own.length;
    };
    for (const row of results.metrics.filter(({ detector, pca }) => detector === 'lared' && pca === null)) {
      expect(rate(row.ood)).toBe(row.detectionRateOod);
      expect(rate('Fashion test')).toBe(row.alarmRateInd);
    }
  });

  test('score gives the score that the run gave the same image', async () => {
    const image = path.join(DEMO, 'data', 'ood_textures', '000_stripes.png');
    const scored = await runCli(['score', '--project', path.join(out, 'project.oodlab'), '--json', image]);
    expect(scored.code, scored.stderr).toBe(0);
    const { images } = JSON.parse(scored.stdout) as {
      images: { scores: { detector: string; score: number; alarm: boolean }[]; milliseconds: number }[];
    };
    const rows = readFileSync(path.join(out, 'scores.csv'), 'utf8')
      .split('\n')
      .map((line) => line.split(','));
    const row = rows.find((line) => line[0] === 'Textures' && line[3] === '000_stripes.png')!;
    for (const { detector, score, alarm } of images[0].scores) {
      const wanted = Number(row[rows[0].indexOf(`${detector} score`)]);
      expect(Math.abs(score - wanted) / Math.abs(wanted), detector).toBeLessThan(1e-5);
      expect(alarm).toBe(row[rows[0].indexOf(`${detector} alarm`)] === '1');
    }
    expect(images[0].milliseconds).toBeGreaterThan(0);
  });
});

describe('bad input: exit 2 and one sentence with the mend', () => {
  const refusals: [string, (plan: Plan) => void, string][] = [
    ['unknown model', (plan) => (plan.model.path = '/nowhere/x.onnx'), 'does not exist'],
    ['unknown set', (plan) => (plan.datasets[0].path = '/nowhere/images'), 'does not exist'],
    ['unknown tensor', (plan) => (plan.hook.tensor = 'nowhere'), 'no tensor "nowhere"'],
    ['a broken model', (plan) => (plan.model.path = fixturePath(BROKEN[0].file)), '.onnx'],
    ['an unknown format', (plan) => (plan.datasets[0].format = 'tfrecord'), 'tfrecord'],
    ['a provider that is not there', (plan) => (plan.runtime.provider = 'cuda'), 'cuda'],
  ];
  test.each(refusals)('%s', async (_name, change, sentence) => {
    const place = freshFolder();
    const plan = writePlan(
      place,
      demoPlan((changed) => (limited(50)(changed), change(changed))),
    );
    const result = await runCli(['run', plan, '--out', path.join(place, 'out')]);
    expect([2, 3]).toContain(result.code);
    const said = result.stderr.split('\n').filter((line) => line.startsWith('oodlab:'));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(sentence);
    expect(result.stderr).not.toMatch(/^\s+at /m);
  });

  test.runIf(process.platform === 'linux')('a folder that cannot be made, where Node itself would try for ever', async () => {
    const { code, stderr } = await runCli(['demo', '--out', '/proc/oodlab/results']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/cannot be opened or written\. Check that the folder exists/);
  });

  test('an unknown key in the plan is named', async () => {
    const place = freshFolder();
    writeFileSync(path.join(place, 'plan.json'), JSON.stringify({ ...demoPlan(), detector: ['larem'] }));
    const result = await runCli(['run', path.join(place, 'plan.json')], { cwd: place });
    expect(result.code).toBe(2);
    isOneSentence(result);
    expect(result.stderr).toContain('"detector"');
  });

  test('the same as data with --json', async () => {
    const result = await runCli(['inspect', path.join(folder, 'none.onnx'), '--json']);
    expect(result.code).toBe(2);
    const { error } = JSON.parse(result.stdout) as { error: { code: string; message: string; next: string } };
    expect(error.code).toBe('E_INPUT');
    expect(error.next).not.toBe('');
  });

  test('a project that does not exist is named, and not made', async () => {
    const project = path.join(freshFolder(), 'none.oodlab');
    const result = await runCli(['score', '--project', project, 'x.png']);
    expect(result.code).toBe(2);
    isOneSentence(result);
    expect(result.stderr).toContain('does not exist');
    expect(existsSync(project)).toBe(false);
  });

  test('noise of the draw needs more than one seed', async () => {
    const place = freshFolder();
    const result = await runCli(['demo', '--out', place, '--seeds', '1', '--noise']);
    expect(result.code).toBe(2);
    isOneSentence(result);
    expect(result.stderr).toContain('--seeds 5');
  });

  test('a usage error is data too with --json', async () => {
    const { code, stdout } = await runCli(['inspect', '--json']);
    expect(code).toBe(2);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    expect(error.code).toBe('E_INPUT');
    expect(error.message).toContain("'model'");
  });

  test.each([[['nonsense']], [['run']], [['run', 'plan.json', '--processes', 'many']], [['score', 'x.png']]])(
    'usage: %j',
    async (args) => {
      expect((await runCli(args)).code).toBe(2);
    },
  );
});

describe('inspect and data', () => {
  test.each(BROKEN.map(({ file }) => file))('inspect %s', async (file) => {
    const result = await runCli(['inspect', fixturePath(file)]);
    if (result.code === 0) {
      expect(result.stdout).toContain('NO_HOOKS');
      return;
    }
    expect(result.code).toBe(2);
    isOneSentence(result);
  });

  test('inspect prints the hooks that a plan can name', async () => {
    const { code, stdout } = await runCli(['inspect', path.join(DEMO, 'demo_eval.onnx')]);
    expect(code).toBe(0);
    expect(stdout).toContain('block2.out');
    expect(stdout).toContain('Nx64x14x14');
  });

  test('data recognises a set, counts classes and lists what it rejects', async () => {
    const place = freshFolder();
    const images = noiseImages({ folder: path.join(place, 'images', 'cat'), count: 3, height: 8, width: 9 });
    noiseImages({ folder: path.join(place, 'images', 'dog'), count: 2, height: 8, width: 9, seed: 4 });
    writeFileSync(path.join(images, 'cut.png'), readFileSync(path.join(images, '0.png')).subarray(0, 60));
    writeFileSync(path.join(images, 'empty.png'), '');
    const { code, stdout } = await runCli(['data', path.join(place, 'images'), '--json', '--images']);
    expect(code).toBe(0);
    const { sets } = JSON.parse(stdout) as {
      sets: {
        count: number;
        classCounts: Record<string, number>;
        rejected: { at: string; reason: string }[];
        images: unknown[];
      }[];
    };
    expect(sets[0].count).toBe(5);
    expect(sets[0].classCounts).toEqual({ cat: 3, dog: 2 });
    expect(sets[0].rejected.map(({ at }) => at)).toEqual(['cat/cut.png', 'cat/empty.png']);
    expect(sets[0].images).toHaveLength(5);
  });

  test('data refuses a folder without images', async () => {
    const place = freshFolder();
    mkdirSync(path.join(place, 'empty'));
    const result = await runCli(['data', path.join(place, 'empty')]);
    expect(result.code).toBe(2);
    isOneSentence(result);
  });
});

test('rejected images are counted and listed, and the run goes on', async () => {
  const place = freshFolder();
  const images = noiseImages({ folder: path.join(place, 'noise'), count: 12, height: 28, width: 28, channels: 1 });
  writeFileSync(path.join(images, '5.png'), readFileSync(path.join(images, '5.png')).subarray(0, 100));
  const plan = writePlan(
    place,
    demoPlan((changed) => {
      limited(100)(changed);
      changed.datasets = [
        ...changed.datasets.slice(0, 2),
        { name: 'noise', role: 'ood', path: images, format: 'auto', limit: null },
      ];
      changed.pca = [null];
    }),
  );
  const { code, stderr } = await runCli(['run', plan, '--out', path.join(place, 'out')]);
  expect(code, stderr).toBe(0);
  const results = JSON.parse(readFileSync(path.join(place, 'out', 'results.json'), 'utf8')) as Results;
  const noise = results.datasets.find(({ name }) => name === 'noise')!;
  expect(noise.count).toBe(11);
  expect(noise.rejected).toHaveLength(1);
  expect(noise.rejected[0].at).toBe('5.png');
  expect(results.warnings.map(({ code: name }) => name)).toContain('REJECTED_IMAGES');
});

test('what the list of a set names and is not there is a warning of the run, once', async () => {
  const place = path.join(folder, 'listed');
  const images = path.join(place, 'val_256');
  noiseImages({ folder: images, count: 12, height: 28, width: 28, channels: 1 });
  const names = Array.from({ length: 12 }, (_, i) => `Places365_val_${String(i + 1).padStart(8, '0')}.jpg`);
  names.forEach((name, i) => renameSync(path.join(images, `${i}.png`), path.join(images, name)));
  const listed = [...names, 'Places365_val_00000099.jpg', 'Places365_val_00000100.jpg'];
  makeFiles(place, {
    'categories_places365.txt': '/a/airfield 0\n/a/alley 1\n',
    'places365_val.txt': listed.map((name, i) => `${name} ${i % 2}\n`).join(''),
  });
  const plan = demoPlan((changed) => {
    limited(100)(changed);
    const places = { name: 'places', role: 'test', path: images, format: 'auto', limit: null } as const;
    const derive = { from: 'places', corruption: 'fog', severity: 3, seed: 1 } as const;
    const fit = changed.datasets.filter(({ role }) => role === 'fit');
    changed.datasets = [...fit, places, { ...places, name: 'foggy', role: 'ood', path: '', derive }];
    changed.pca = [null];
  });
  const out = path.join(place, 'out');
  const { code, stderr } = await runCli(['run', writePlan(place, plan), '--out', out, '--no-monitor']);
  expect(code, stderr).toBe(0);
  const results = JSON.parse(readFileSync(path.join(out, 'results.json'), 'utf8')) as Results;
  expect(results.datasets.map(({ layout }) => layout).slice(-2)).toEqual(['places365', 'places365']);
  expect(results.warnings.filter(({ code: name }) => name === 'LISTED_IMAGES_MISSING').map(({ message }) => message)).toEqual([
    'places, places365_val.txt: names 2 images that are not in val_256: Places365_val_00000099.jpg, Places365_val_00000100.jpg. They took no part.',
  ]);
  expect(stderr).toContain('names 2 images that are not in val_256');
});

test('the version is that of package.json', async () => {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  expect((await runCli(['--version'])).stdout.trim()).toBe(version);
});

test.each([
  [['--noise', '--seeds', '3', '--sealed'], /--noise measures on the test sets, and --sealed leaves them alone\. Leave one/],
  [['--seeds', '2', '--sealed'], /--seeds measures on the test sets/],
  [['--severity', 'fog', '--sealed'], /--severity measures on the test sets/],
  [['--noise'], /--noise holds draws of several seeds .+ Add --seeds 5\./],
])('options that would do nothing together are refused: %s', async (words, sentence) => {
  const run = await runCli(['run', path.join(DEMO, 'plan.json'), '--out', freshFolder(), ...words]);
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(sentence);
  isOneSentence(run);
});
