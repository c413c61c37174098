/** Every network of the fixtures through every kind of its hooks: what the index lists has to come out of the sampler. */
import path from 'node:path';
import { expect, test } from 'vitest';
import type { SampleJob } from '../../electron/engine/sampling/job.ts';
import { openSampler } from '../../electron/engine/sampling/sampler.ts';
import { parsePlan } from '../../electron/shared/plan.ts';
import { noiseImages } from '../helpers/image-folder.ts';
import { exampleShape, type Fixture, type FixtureHook, fixturePath, GOOD } from '../helpers/onnx-fixtures.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const IMAGES = 4;
const folder = tempFolder();
const noise = { count: IMAGES, height: 40, width: 44 } as const;
const COLOR = noiseImages({ ...noise, folder: path.join(folder, 'color') });
const GRAY = noiseImages({ ...noise, folder: path.join(folder, 'gray'), channels: 1 });

/** What has no run, with the sentence that says so. */
const REFUSED: Record<string, RegExp> = {
  'two_inputs.onnx': /another input that must be fed/,
  'nan_weights.onnx': /not finite/,
};
/** What differs from run to run has to be seeded, and is not everywhere. */
const RANDOM = /depends on the random node|cannot be seeded/;
const refusalOf = ({ fixture }: Row): RegExp => REFUSED[fixture.file] ?? (fixture.stochastic === true ? RANDOM : /^$/);

type Mechanism = 'dropblock' | 'dropout' | 'model' | 'none';
interface Row {
  fixture: Fixture;
  hook: FixtureHook;
  mechanism: Mechanism;
}

/** The deepest float hook of each kind; the network's own stochastic nodes too where it has live ones. */
function rowsOf(fixture: Fixture): Row[] {
  const float = fixture.hooks.filter(({ dtype }) => dtype.startsWith('float'));
  const deepest = new Map(float.map((hook) => [hook.layer_type, hook]));
  const rows = [...deepest.values()].map((hook): Row => {
    // DropBlock needs a map: tokens, attention and box features have none.
    const isMap = hook.layer_type === 'RPN' || (hook.layer_type === 'Conv' && hook.example_shape.length === 4);
    return { fixture, hook, mechanism: isMap ? 'dropblock' : 'dropout' };
  });
  const own = float.find(({ tensor }) => /^drop(out|block)\.out$/.test(tensor));
  return fixture.stochastic === true && own !== undefined ? [...rows, { fixture, hook: own, mechanism: 'model' }] : rows;
}

function jobOf({ fixture, hook, mechanism }: Row): SampleJob {
  const shape = exampleShape(fixture).slice(-3);
  const isLast = shape[2] <= 3;
  const [height, width] = isLast ? shape : shape.slice(1);
  const channels = isLast ? shape[2] : shape[0];
  const values = fixture.example_inputs.filter(({ value }) => value !== undefined).map(({ name, value }) => [name, value]);
  const plan = parsePlan({
    schema: 'oodlab.plan/1',
    model: {
      path: fixturePath(fixture.file),
      otherInputs: Object.fromEntries(values) as Record<string, boolean>,
      preprocess: { color: channels === 1 ? 'gray' : 'rgb', layout: isLast ? 'NHWC' : 'NCHW', resize: { height, width } },
    },
    // A level of the region proposals is a map like any other, unless it is said what it is.
    hook: { tensor: hook.tensor, kind: hook.layer_type === 'RPN' ? 'rpn' : 'auto' },
    sampling: { mechanism, dropProb: 0.3, blockSize: 2, samples: 16 },
    datasets: [{ name: 'noise', role: 'fit', path: channels === 1 ? GRAY : COLOR }],
  });
  return { ...plan, sets: [{ name: 'noise', path: plan.datasets[0].path, format: 'auto', limit: null }], wantLogits: false };
}

interface Figures {
  dim: number;
  entropies: Float32Array | Float64Array;
  kind: string;
  rejected: string[];
  /** Milliseconds an image, decoding included: the better of two passes after a first. */
  time: number;
}

async function sample(job: SampleJob): Promise<Figures> {
  const sampler = await openSampler(job);
  try {
    const { info } = sampler;
    const range = { set: 'noise', from: 0, to: Math.min(IMAGES, info.batchSize) };
    let batch = await sampler.batch(range);
    let time = Infinity;
    for (let pass = 0; pass < 2; pass++) {
      const started = performance.now();
      batch = await sampler.batch(range);
      time = Math.min(time, (performance.now() - started) / range.to);
    }
    const rejected = batch.rejected.map(({ reason }) => reason);
    return { dim: info.latentDim, entropies: batch.entropies, kind: info.hookKind, rejected, time };
  } finally {
    await sampler.close();
  }
}

const kindOf = ({ layer_type, tensor }: FixtureHook): RegExp =>
  layer_type === 'RPN'
    ? /^rpn$/
    : layer_type === 'FC'
      ? tensor.startsWith('box_') ? /^roi$/ : /^fc$/
      : layer_type === 'tokens' ? /^tokens$/ : /^(conv|rpn)$/; // prettier-ignore

test('network x kind of hook: runs on the CPU, shape, time an image against the pass without samples', async () => {
  const lines: string[] = [];
  for (const row of GOOD.flatMap(rowsOf)) {
    const { fixture, hook, mechanism } = row;
    const head = `${fixture.file.padEnd(40)} ${hook.layer_type.padEnd(10)} ${hook.tensor.slice(0, 24).padEnd(24)}`;
    const job = jobOf(row);
    let figures: Figures;
    try {
      figures = await sample(job);
      if (figures.rejected.length > 0) throw new Error(figures.rejected[0]);
    } catch (error) {
      const { message } = error as Error;
      lines.push(`${head} refused: ${message}`);
      expect.soft(message, head).toMatch(refusalOf(row));
      continue;
    }
    expect.soft(figures.kind, head).toMatch(kindOf(hook));
    // Channels of a map and features of a vector are the index's; proposals and tokens are counted by the network.
    if (/^(conv|rpn|fc)$/.test(figures.kind)) expect.soft(figures.dim, head).toBe(hook.example_shape[1]);
    expect.soft(figures.entropies.every(Number.isFinite), head).toBe(true);
    // A network's own random nodes cannot be left out of its pass.
    const bare = mechanism === 'model' ? null : await sample({ ...job, sampling: { ...job.sampling, mechanism: 'none' } });
    const shape = `[${hook.example_shape.join(', ')}]`.padEnd(18);
    const times = `${figures.time.toFixed(2)} ms${bare === null ? '' : `, ${bare.time.toFixed(2)} without samples`}`;
    lines.push(`${head} ${shape} ${figures.kind.padEnd(6)} ${mechanism.padEnd(9)} ${figures.dim} features  ${times}`);
  }
  const refused = new Set(lines.filter((line) => line.includes(' refused: ')).map((line) => line.split(' ')[0]));
  for (const file of Object.keys(REFUSED)) expect.soft([...refused]).toContain(file);
  console.log(lines.join('\n'));
  expect.soft(new Set(lines.map((line) => line.split(' ')[0])).size).toBe(GOOD.length);
});
