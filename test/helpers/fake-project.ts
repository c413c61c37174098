/** A project as core would show it, for tests of the window alone: the demo's sets and model, ready. */
import type { DatasetFacts, DatasetView, ProjectView, StepView } from '../../electron/shared/app/views.ts';
import type { ModelInfo, Role } from '../../electron/shared/domain.ts';
import { parsePlan, type Plan } from '../../electron/shared/plan.ts';
import { readFileSync } from 'node:fs';

const demo = new URL('../../resources/demo/plan.json', import.meta.url);
export const demoPlan: Plan = parsePlan(JSON.parse(readFileSync(demo, 'utf8')));

const COUNTS: Record<string, number> = {
  'Fashion train': 3000,
  'Fashion test': 1000,
  'MNIST digits': 1000,
  'Corrupted fashion': 800,
  'UCI digits': 500,
  Textures: 240,
};

export function facts(name: string, over: Partial<DatasetFacts> = {}): DatasetFacts {
  const count = COUNTS[name] ?? 100;
  return {
    layout: name === 'Textures' ? 'Folder of images' : 'IDX with labels',
    count,
    entries: count,
    rejected: [],
    ignored: 0,
    classCounts: name === 'Textures' ? null : Array.from({ length: 10 }, (_, i) => [`class ${i}`, count / 10]),
    sizes: [[28, 28, count]],
    formats: [[name === 'Textures' ? 'PNG' : 'IDX', count]],
    sha256: 'bbb9edc98d7388ab01fe0011aa77aa0055bb2233445566778899aabbccddeeff',
    duplicates: [],
    ...over,
  };
}

export function fakeSets(): DatasetView[] {
  let ood = 0;
  return demoPlan.datasets.map((set, index) => ({
    ...set,
    id: `set${index + 1}`,
    path: `/data/${set.path}`,
    facts: { state: 'ready', value: facts(set.name) },
    oodIndex: set.role === 'ood' ? ood++ : null,
  }));
}

export const fakeModel: ModelInfo = {
  file: '/data/demo_eval.onnx',
  sha256: '6b8be18f0d70c91a00112233445566778899aabbccddeeff0011223344556677',
  bytes: 876_544,
  externalFiles: [],
  irVersion: 7,
  opsets: { '': 13 },
  producer: 'pytorch 1.13.0',
  metadata: {},
  parameters: 217_770,
  ops: { Conv: 6, Relu: 6, MaxPool: 3, Gemm: 2, Flatten: 1, Add: 5 },
  inputs: [{ name: 'image', dtype: 'float32', shape: ['N', 1, 28, 28] }],
  outputs: [{ name: 'logits', dtype: 'float32', shape: ['N', 10] }],
  imageInput: 'image',
  logits: 'logits',
  fixedBatch: null,
  stochastic: [],
  hooks: [],
  warnings: [],
};

export function fakeProject(over: Partial<ProjectView> = {}): ProjectView {
  const datasets = over.datasets ?? fakeSets();
  const { model, ...plan } = demoPlan;
  const view: ProjectView = {
    seq: 1,
    file: '/data/fashion-demo.oodlab',
    temporary: false,
    draft: { ...plan, model: { ...model, path: '/data/demo_eval.onnx' }, datasets },
    planHash: '3f9c07a1bbccddee',
    datasets,
    model: { path: '/data/demo_eval.onnx', info: { state: 'ready', value: fakeModel } },
    steps: [],
    runs: [],
    removed: [],
    looks: 0,
    savedAt: '2026-11-24T13:41:00.000Z',
    ...over,
  };
  return { ...view, steps: over.steps ?? stepsOf(view) };
}

/** As core judges them, for what the tests of the window need. */
export function stepsOf({ datasets, model }: Pick<ProjectView, 'datasets' | 'model'>): StepView[] {
  const has = (role: Role): boolean => datasets.some((set) => set.role === role);
  const reading = datasets.filter(({ facts }) => facts.state === 'reading');
  const broken = datasets.filter(({ facts }) => facts.state === 'broken');
  const dataset: StepView['blockers'] = [
    ...reading.map(({ name }) => ({ code: 'set-reading' as const, values: { name } })),
    ...broken.map(({ name }) => ({ code: 'set-broken' as const, values: { name } })),
    ...(datasets.length === 0 ? [{ code: 'no-sets' as const }] : []),
    ...(has('fit') ? [] : [{ code: 'no-fit-set' as const }]),
    ...(has('test') ? [] : [{ code: 'no-test-set' as const }]),
    ...(has('ood') ? [] : [{ code: 'no-ood-set' as const }]),
  ];
  const noModel = model === null ? ('no-model' as const) : model.info.state === 'broken' ? ('model-broken' as const) : null;
  return [
    { id: 'dataset', state: broken.length > 0 ? 'error' : dataset.length > 0 ? 'ready' : 'done', blockers: dataset },
    {
      id: 'model',
      state: noModel === 'model-broken' ? 'error' : noModel ? 'ready' : 'done',
      blockers: noModel ? [{ code: noModel }] : [],
    },
    { id: 'hook', state: 'done', blockers: [] },
    { id: 'evaluate', state: 'ready', blockers: [{ code: 'no-run' }] },
    { id: 'export', state: 'empty', blockers: [] },
  ];
}
