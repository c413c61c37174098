/** The exported monitor: it agrees with the evaluation on every kind of network, and stands on its own. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { exportMonitor, type ExportedMonitor, type ExportMonitorOptions } from '../../electron/engine/monitor/export-monitor.ts';
import type { MonitorHost } from '../../electron/engine/monitor/host.ts';
import { openModel } from '../../electron/engine/onnx/open-model.ts';
import { type MonitorCard, parseMonitorCard } from '../../electron/shared/monitor-card.ts';
import { parsePlan, type Plan } from '../../electron/shared/plan.ts';
import { processMonitors } from '../../electron/workers/process-monitor.ts';
import { processSamplers } from '../../electron/workers/process-sampler.ts';
import { DEMO, demoPlan, limited } from '../helpers/demo-plan.ts';
import { noiseImages } from '../helpers/image-folder.ts';
import { fixturePath } from '../helpers/onnx-fixtures.ts';
import { ROOT, runCli } from '../helpers/run-cli.ts';
import { runInTest } from '../helpers/run-in-test.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const folder = tempFolder();
const place = (name: string): string => path.join(folder, name);

type Change = Partial<Pick<ExportMonitorOptions, 'config' | 'host' | 'entropies' | 'signal' | 'onProgress'>>;

function exported(plan: Plan, name: string, change: Change = {}): Promise<ExportedMonitor> {
  return runInTest(plan, { folder, project: `${name}.oodlab` }, (run) =>
    exportMonitor({
      run,
      config: null,
      out: place(name),
      host: processMonitors(),
      openSamplers: processSamplers(),
      processes: 1,
      threads: 1,
      onProgress: () => undefined,
      ...change,
    }),
  );
}

function told(name: string, { card }: ExportedMonitor): void {
  const { images, maxRelativeDifference, flipped } = card.parity;
  console.info(
    `${name}: ${images} images, largest relative difference ${maxRelativeDifference.toExponential(1)}, ${flipped} flipped`,
  );
}

const small = demoPlan(limited(200));
small.pca = [null, 8];
let demo: ExportedMonitor;
beforeAll(async () => {
  demo = await exported(small, 'demo');
}, 120_000);

describe('the demo', () => {
  test('agrees with the evaluation; its card can be read back', () => {
    told('demo', demo);
    const { card } = demo;
    expect(card.detector).toMatchObject({ id: 'lared', pca: null });
    expect(card.parity.images).toBe(1000);
    expect(card.parity.flipped).toBe(0);
    expect(card.golden).toHaveLength(4);
    const { monitor, network, ratio, runs, batch } = card.latency!;
    expect([batch, ratio]).toEqual([1, monitor.p50 / network.p50]);
    expect(runs).toBeGreaterThanOrEqual(12);
    for (const { p50, p95, p99 } of [monitor, network]) expect(0 < p50 && p50 <= p95 && p95 <= p99).toBe(true);
    expect(parseMonitorCard(JSON.parse(readFileSync(path.join(demo.folder, 'monitor.json'), 'utf8')), 'card')).toEqual(card);
    expect(readdirSync(demo.folder).sort()).toEqual(['README.md', 'monitor.json', 'monitor.onnx']);
  });

  test("the JavaScript of its README runs in a fresh process, on onnxruntime-node alone, and so gives the card's answers", () => {
    const alone = place('alone');
    cpSync(demo.folder, alone, { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(alone, 'node_modules'));
    const readme = readFileSync(path.join(alone, 'README.md'), 'utf8');
    writeFileSync(path.join(alone, 'check.mjs'), /```js\n([\s\S]*?)```/.exec(readme)![1]);
    const output = execFileSync(process.execPath, ['check.mjs'], { cwd: alone, encoding: 'utf8' });
    const lines = output.trim().split('\n');
    expect(lines).toHaveLength(4);
    demo.card.golden.forEach(({ at, outputs }, i) => {
      const score = Buffer.from(outputs.find(({ name }) => name === 'ood_score')!.base64, 'base64').readDoubleLE();
      expect(lines[i].startsWith(`${at} ${score} `), `${lines[i]} against ${score}`).toBe(true);
    });
  });

  test('adds nothing but standard ops, and keeps the outputs of the network bit for bit', async () => {
    const model = await openModel(path.join(demo.folder, 'monitor.onnx'));
    expect(model.proto.opsetImport.map(({ domain }) => domain)).toEqual(['']);
    expect(model.index.nodes.every(({ domain }) => !domain)).toBe(true);
    expect(model.index.graph.output?.map(({ name }) => name)).toEqual([...demo.card.outputs.own, 'ood_score', 'in_distribution']);
    const bare = await ort.InferenceSession.create(path.join(DEMO, 'demo_eval.onnx'));
    const session = await ort.InferenceSession.create(path.join(demo.folder, 'monitor.onnx'));
    const feeds = { image: noise(3) };
    const [plain, monitored] = [await bare.run(feeds), await session.run(feeds)];
    expect(demo.card.outputs.own.length).toBeGreaterThan(0);
    for (const name of demo.card.outputs.own) expect(monitored[name].data).toEqual(plain[name].data);
  });

  test('batches of 1, 7 and 64 give each image the same answer', async () => {
    const session = await ort.InferenceSession.create(path.join(demo.folder, 'monitor.onnx'));
    const whole = noise(64);
    const { ood_score: wanted } = await session.run({ image: whole });
    expect(wanted.dims).toEqual([64]);
    for (const batch of [1, 7]) {
      for (let from = 0; from < 64; from += batch) {
        const rows = Math.min(batch, 64 - from);
        const data = (whole.data as Float32Array).slice(from * 784, (from + rows) * 784);
        const { ood_score: score, in_distribution: decision } = await session.run({
          image: new ort.Tensor('float32', data, [rows, 1, 28, 28]),
        });
        expect(decision.dims).toEqual([rows]);
        (score.data as Float64Array).forEach((value, i) => {
          const reference = (wanted.data as Float64Array)[from + i];
          expect(Math.abs(value - reference) / Math.max(1, Math.abs(reference))).toBeLessThan(1e-4);
        });
      }
    }
  });

  test.each([NaN, Infinity, 1e38])('an image that holds %d raises the alarm', async (value) => {
    const session = await ort.InferenceSession.create(path.join(demo.folder, 'monitor.onnx'));
    const image = noise(2);
    (image.data as Float32Array)[784 + 400] = value;
    const { in_distribution: decision } = await session.run({ image });
    expect((decision.data as Uint8Array)[1]).toBe(0);
  });

  test('the same run gives the same bytes, but for the measured latency', async () => {
    const again = await exported(small, 'again');
    const read = ({ folder }: ExportedMonitor, file: string): Buffer => readFileSync(path.join(folder, file));
    for (const file of ['monitor.onnx', 'README.md']) expect(read(again, file).equals(read(demo, file)), file).toBe(true);
    const timeless = (made: ExportedMonitor): string => {
      const { latency, ...rest } = JSON.parse(read(made, 'monitor.json').toString()) as MonitorCard;
      expect(latency).toBeDefined();
      return JSON.stringify(rest);
    };
    expect(timeless(again)).toBe(timeless(demo));
  });

  test('LaREM with PCA, and the entropies as an output', async () => {
    const made = await exported(small, 'demo-larem', { config: { detector: 'larem', pca: 8 }, entropies: true });
    told('demo, larem PCA 8', made);
    const entropies = made.card.golden[0].outputs.find(({ name }) => name === 'entropies');
    expect(entropies?.shape).toEqual([1, 64]);
  });
});

/** Images of seeded noise. */
function noise(batch: number): ort.Tensor {
  let state = 7;
  const data = Float32Array.from({ length: batch * 784 }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return new ort.Tensor('float32', data, [batch, 1, 28, 28]);
}

interface Case {
  model: string;
  hook: Record<string, unknown>;
  side?: number;
  sampling?: Record<string, unknown>;
  detectors?: string[];
  preprocess?: Record<string, unknown>;
  note?: string;
}

const dropout = { mechanism: 'dropout', dropProb: 0.3, samples: 8 };
const own = { mechanism: 'model', samples: 8 };

const CASES: Record<string, Case> = {
  'plain CNN': { model: 'resnet18_w4_fused.onnx', hook: { tensor: 'layer3.out' } },
  'CNN in bands of rows': { model: 'resnet18_w4_fused.onnx', hook: { tensor: 'layer3.out', reduction: 'mean:2' } },
  segmentation: { model: 'unet_op13.onnx', hook: { tensor: 'bottleneck.out' }, preprocess: { color: 'gray' } },
  transformer: { model: 'vit_op17_layernorm.onnx', hook: { tensor: 'blocks.1.out' }, sampling: dropout },
  'CNN, LaREM on the latent': { model: 'resnet18_w4_bn.onnx', hook: { tensor: 'layer3.out' }, detectors: ['larem-latent'] },
  'own dropout': {
    model: 'dropout_op17_training_true.onnx',
    hook: { tensor: 'dropout.out' },
    sampling: own,
    note: 'OWN_DROPOUT_OFF',
  },
  'opset 7, raised to 9': {
    model: 'dropout_op7_vgg_softmax.onnx',
    hook: { tensor: 'relu1' },
    side: 32,
    sampling: { samples: 8 },
  },
  fp16: { model: 'fp16_full.onnx', hook: { tensor: 'layer3.out' } },
  'external weights': { model: 'external_data.onnx', hook: { tensor: 'layer3.out' } },
  'fixed batch': { model: 'fixed_batch1.onnx', hook: { tensor: 'relu2' }, side: 32, note: 'FIXED_BATCH' },
};

function fixturePlan(
  { model, hook, side = 64, sampling = {}, detectors = ['larem', 'lared'], preprocess = {} }: Case,
  masks = 'bank',
): Plan {
  const channels = preprocess.color === 'gray' ? 1 : 3;
  const images = (name: string, count: number, seed: number): string =>
    noiseImages({ folder: place(`${name}-${side}-${channels}`), count, height: side, width: side, channels, seed });
  return parsePlan({
    schema: 'oodlab.plan/1',
    model: { path: fixturePath(model), preprocess: { resize: { height: side, width: side }, ...preprocess } },
    hook,
    sampling: { mechanism: 'dropblock', blockSize: 3, samples: 16, masks, ...sampling },
    datasets: [
      { name: 'fit', role: 'fit', path: images('fit', 30, 1) },
      { name: 'calibrate', role: 'calibrate', path: images('calibrate', 25, 2) },
      { name: 'test', role: 'test', path: images('test', 9, 3) },
      { name: 'ood', role: 'ood', path: images('ood', 9, 4) },
    ],
    pca: [null, 4],
    detectors,
    runtime: { provider: 'cpu', batchSize: 4 },
  });
}

describe('networks', () => {
  test.each(Object.entries(CASES))('%s', async (name, spec) => {
    const made = await exported(fixturePlan(spec), name);
    told(name, made);
    expect(made.card.parity.images).toBe(18);
    expect(made.card.parity.flipped).toBe(0);
    if (spec.note !== undefined) expect(made.card.warnings.map(({ code }) => code)).toContain(spec.note);
  });

  test('masks for each image: fitted again with a bank, both figures side by side', async () => {
    const made = await exported(fixturePlan(CASES['plain CNN'], 'per-image'), 'per-image');
    told('refitted', made);
    const { masks, figures, warnings, plan } = made.card;
    expect(masks).toEqual({ evaluated: 'per-image', exported: 'bank', refitted: true });
    expect(plan.sampling.masks).toBe('bank');
    expect(warnings.map(({ code }) => code)).toContain('REFITTED_WITH_BANK');
    expect(figures.asEvaluated.map(({ set }) => set)).toEqual(figures.asExported.map(({ set }) => set));
    const straight = await exported(fixturePlan(CASES['plain CNN']), 'bank');
    expect(figures.asExported).toEqual(straight.card.figures.asExported);
    expect(made.card.threshold).toEqual(straight.card.threshold);
  });
});

describe('nothing is left that looks usable', () => {
  const gone = (name: string): void => expect(existsSync(place(name)) ? readdirSync(place(name)) : []).toEqual([]);

  /** A host whose files score a little off. */
  function drifting(by: number): MonitorHost {
    const host = processMonitors();
    return {
      ...host,
      async openRunner(job, signal) {
        const runner = await host.openRunner(job, signal);
        return {
          ...runner,
          answers: async (request, stopped) => {
            const answers = await runner.answers(request, stopped);
            return { ...answers, scores: answers.scores.map((score) => score * (1 + by)) };
          },
        };
      },
    };
  }

  test('when the file and the evaluation part', async () => {
    await expect(exported(small, 'drift', { host: drifting(2e-4) })).rejects.toMatchObject({
      code: 'E_INTERNAL',
      message: expect.stringMatching(/does not agree with the evaluation: it scores .* Nothing was written\.$/) as string,
    });
    gone('drift');
    const { card } = await exported(small, 'drift', { host: drifting(5e-5) });
    expect(card.parity.maxRelativeDifference).toBeCloseTo(5e-5, 6);
  });

  test('when it is cancelled', async () => {
    const abort = new AbortController();
    const stop = (): void => abort.abort();
    await expect(exported(small, 'cancelled', { signal: abort.signal, onProgress: stop })).rejects.toMatchObject({
      code: 'E_CANCELLED',
    });
    gone('cancelled');
  });

  test('for a detector that the run does not have', async () => {
    await expect(exported(small, 'other', { config: { detector: 'larem', pca: 3 } })).rejects.toMatchObject({
      code: 'E_INPUT',
      next: expect.stringContaining('"larem PCA 8"') as string,
    });
    gone('other');
  });
});

describe('the command line', () => {
  const image = path.join(DEMO, 'data', 'ood_textures', '000_stripes.png');
  const score = (...args: string[]) => runCli(['score', image, '--json', ...args]);

  test('scores an image with the monitor as with the project', async () => {
    const fromMonitor = await score('--monitor', demo.folder);
    const fromProject = await score('--project', place('demo.oodlab'));
    expect(fromMonitor.code, fromMonitor.stderr).toBe(0);
    type Scores = { images: { scores: { detector: string; score: number; alarm: boolean; threshold: number }[] }[] };
    const [mine] = (JSON.parse(fromMonitor.stdout) as Scores).images[0].scores;
    const theirs = (JSON.parse(fromProject.stdout) as Scores).images[0].scores.find(({ detector }) => detector === 'lared')!;
    expect(Math.abs(mine.score - theirs.score)).toBeLessThanOrEqual(1e-4 * Math.abs(theirs.score));
    expect({ ...mine, score: 0 }).toEqual({ ...theirs, score: 0 });
  });

  test.each([
    ['a byte changed', (dir: string) => flip(path.join(dir, 'monitor.onnx')), /changed after the export|not an ONNX|damaged/],
    ['cut short', (dir: string) => truncateSync(path.join(dir, 'monitor.onnx'), 100_000), /damaged or incomplete|changed/],
    ['a card cut short', (dir: string) => truncateSync(path.join(dir, 'monitor.json'), 500), /damaged or incomplete/],
    ['a card of another kind', (dir: string) => writeFileSync(path.join(dir, 'monitor.json'), '{}'), /not a monitor card/],
  ])('refuses a monitor with %s in one sentence', async (name, damage, sentence) => {
    const dir = place(name);
    cpSync(demo.folder, dir, { recursive: true });
    damage(dir);
    const { code, stdout } = await score('--monitor', dir);
    expect(code).toBe(2);
    const { error } = JSON.parse(stdout) as { error: { message: string; next: string } };
    expect(error.message).toMatch(sentence);
    expect(error.next).not.toBe('');
  });

  function flip(file: string): void {
    const bytes = readFileSync(file);
    bytes[bytes.length - 2000] ^= 1;
    writeFileSync(file, bytes);
  }

  test('monitor exports from a project', async () => {
    const out = place('from-cli');
    const { code, stdout, stderr } = await runCli([
      'monitor',
      '--project',
      place('demo.oodlab'),
      '--out',
      out,
      '--detector',
      'larem',
      '--pca',
      '8',
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^monitor larem PCA 8, masks evaluated bank, exported bank\nchecked on 1000 images/);
    expect(existsSync(path.join(out, 'monitor.json'))).toBe(true);
  });
});
