/** Answers of a host that is not there: enough of each request for the window to be driven. Tests replace what they look at. */
import type {
  Envelope,
  RecentView,
  RequestInput,
  RequestName,
  RequestOutput,
  Settings,
} from '../../electron/shared/app/contract.ts';
import type { ImageView, JobView, ProjectView } from '../../electron/shared/app/views.ts';
import { REQUESTS } from '../../electron/shared/app/contract.ts';
import { toAppError, type ErrorData } from '../../electron/shared/errors.ts';
import { hanleyMcNeilVariance, logitInterval } from '../../electron/engine/metrics/auroc-interval.ts';
import { clopperPearson, clopperPearsonHigh, clopperPearsonLow } from '../../electron/engine/metrics/proportion.ts';
import { PRESET_IDS, withPreset } from '../../electron/shared/presets.ts';
import type { CoreClient } from './core-client.ts';
import { stepsOf } from './fake-project.ts';

export type Answers = {
  [Name in RequestName]?: (input: RequestInput<Name>) => RequestOutput<Name> | Promise<RequestOutput<Name>>;
};

/** What the fake remembers. */
export interface FakeState {
  project: ProjectView | null;
  job: JobView | null;
  settings: Settings;
  recents: RecentView[];
  media: (set: string, index: number) => string;
  /** Every request that came, in order. */
  asked: { name: RequestName; input: unknown }[];
}

export class Refusal {
  readonly error: ErrorData;
  constructor(error: ErrorData) {
    this.error = error;
  }
}

/** Who answers when the scene itself does not: a core where there is one, else the stand-in. */
export interface Behind {
  state: FakeState;
  own: Answers;
  core: CoreClient | null;
}

/** Project and job are always those of the scene. */
const OF_THE_SCENE: readonly RequestName[] = ['project.view', 'job.view'];

export async function answer({ state, own, core }: Behind, name: RequestName, input: unknown): Promise<Envelope<unknown>> {
  state.asked.push({ name, input });
  const ofCore = core !== null && REQUESTS[name].by === 'core' && !OF_THE_SCENE.includes(name);
  const asked = ofCore ? (value: unknown) => core.call(name as never, value as never) : defaults(state)[name];
  const reply = (own[name] ?? asked) as ((input: unknown) => unknown) | undefined;
  try {
    if (reply === undefined) throw new Refusal({ code: 'E_INTERNAL', message: `The fake does not answer ${name}.` });
    return { ok: true, value: (await reply(input)) ?? null };
  } catch (thrown) {
    return { ok: false, error: thrown instanceof Refusal ? thrown.error : toAppError(thrown).toJSON() };
  }
}

/** The project with a change, one `seq` later and judged again. */
export function changed(state: FakeState, patch: Partial<ProjectView>): ProjectView {
  if (state.project === null) throw new Refusal({ code: 'E_CONFLICT', message: 'No project is open.' });
  const next = { ...state.project, ...patch, seq: state.project.seq + 1 };
  state.project = { ...next, steps: stepsOf(next) };
  return state.project;
}

function defaults(state: FakeState): Answers {
  return { ...appAnswers(state), ...projectAnswers(state), ...modelAnswers(state) };
}

function appAnswers(state: FakeState): Answers {
  return {
    'app.info': () => ({
      version: '0.1.0',
      platform: 'linux x64',
      electron: '45.4.1',
      node: '24.21.0',
      settings: state.settings,
    }),
    'app.settings': (patch) =>
      (state.settings = { theme: patch.theme ?? state.settings.theme, locale: patch.locale ?? state.settings.locale }),
    'app.recents': () => state.recents,
    'app.recents.remove': ({ file }) => (state.recents = state.recents.filter((recent) => recent.file !== file)),
    'app.recents.open': ({ file }) => ({ id: 'g-recent', name: file.split('/').at(-1)!, path: file }),
    'app.typed': ({ path }) => ({ id: 'g-typed', name: path.split('/').at(-1)!, path }),
    'app.pick': ({ kind }) => [
      { id: `g-${kind}`, name: kind === 'model' ? 'other.onnx' : 'ood_textures', path: `/data/${kind}` },
    ],
    'app.context': () => undefined,
    'app.quit': () => undefined,
    'app.open': () => undefined,
    'app.show': () => undefined,
    'app.logs': () => undefined,
    'app.diagnostics': () => ({ id: 'g-zip', name: 'oodlab-diagnostics.zip', path: '/data/oodlab-diagnostics.zip' }),
    'machine.view': () => ({
      cpu: 'AMD Ryzen 7 7840U',
      threads: 8,
      memoryBytes: 16e9,
      onnxruntime: '1.30.0',
      providers: [
        { id: 'cpu', state: 'ready', why: null },
        { id: 'webgpu', state: 'ready', why: 'AMD Radeon 780M' },
        { id: 'cuda', state: 'unavailable', why: 'Libraries not found' },
      ],
    }),
    'selftest.last': () => null,
  };
}

function projectAnswers(state: FakeState): Answers {
  const set = (id: string): ProjectView['datasets'][number] => state.project!.datasets.find((each) => each.id === id)!;
  return {
    'project.view': () => state.project,
    'project.close': () => void (state.project = null),
    'job.view': () => state.job,
    'draft.update': (patch) => {
      const { name, preprocess, ...rest } = patch;
      const draft = { ...state.project!.draft, ...(rest as object), ...(name === undefined ? {} : { name }) };
      if (preprocess !== undefined && draft.model !== null) draft.model = { ...draft.model, preprocess: preprocess as never };
      return changed(state, { draft });
    },
    'dataset.update': ({ id, ...patch }) =>
      changed(state, {
        datasets: state.project!.datasets.map((each) => (each.id === id ? ({ ...each, ...patch } as typeof each) : each)),
      }),
    'dataset.remove': ({ id }) =>
      changed(state, {
        removed: [...state.project!.removed, { id, name: set(id).name }],
        datasets: state.project!.datasets.filter((each) => each.id !== id),
      }),
    'dataset.images': ({ id, from, count }): ImageView[] => {
      const { facts } = set(id);
      const total = facts.state === 'ready' ? facts.value.count : 0;
      const here = Math.max(0, Math.min(count, total - from));
      return Array.from({ length: here }, (_, i) => ({
        index: from + i,
        at: `image-${from + i}.png`,
        media: state.media(id, from + i),
        label: null,
      }));
    },
    'dataset.derive.preview': ({ from, index }) => ({
      at: `image-${index}.png`,
      pictures: Array.from({ length: 6 }, (_, k) => state.media(from, index + k)),
    }),
    'planner.claim': (question) => {
      if (question.figure === 'auroc') {
        const variance = hanleyMcNeilVariance(question.value, question.ind, question.ood);
        const [low, high] = logitInterval(question.value, variance);
        return { low, high, bound: logitInterval(question.value, variance, 0.9)[0] };
      }
      const share = question.figure === 'rate' ? question.value : question.falseAlarm;
      const hits = Math.round(share * question.of);
      const [low, high] = clopperPearson(hits, question.of);
      const isLeast = question.figure === 'rate' && question.side === 'least';
      const bound = isLeast ? clopperPearsonLow(hits, question.of, 0.95) : clopperPearsonHigh(hits, question.of, 0.95);
      return { low, high, bound };
    },
  };
}

function modelAnswers(state: FakeState): Answers {
  const picture = (): string => state.media('set1', 3);
  return {
    'model.preview': ({ index }) => ({
      at: `image-${index}.png`,
      label: 'Ankle boot',
      file: { picture: picture(), width: 28, height: 28, channels: 1, low: 0, high: 255 },
      resized: { picture: picture(), width: 28, height: 28, changed: false },
      tensor: { picture: picture(), shape: [1, 1, 28, 28], low: -0.81, high: 2.012 },
    }),
    'model.check': () => {
      const preprocess = state.project!.draft.model!.preprocess;
      const right = { fashion: 235, symmetric: 192, raw: 115, imagenet: 53, unit: 35, cifar10: 61 };
      const presets = PRESET_IDS.map((preset) => ({
        preset,
        preprocess: withPreset(preprocess, preset),
        accuracy: accuracy(right[preset]),
        error: null,
      }));
      const current = presets.find((each) => JSON.stringify(each.preprocess) === JSON.stringify(preprocess)) ?? presets[0];
      return {
        set: 'Fashion train',
        images: 256,
        current,
        presets,
        predictions: Array.from({ length: 8 }, (_, i) => ({
          index: i,
          at: `image-${i}.png`,
          media: state.media('set1', i),
          label: i === 7 ? 'Shirt' : 'Trouser',
          predicted: i === 7 ? 'T-shirt/top' : 'Trouser',
          probability: 0.9991 - i / 30,
          right: i !== 7,
        })),
        stats: {
          images: 256,
          low: -0.81,
          high: 2.023,
          mean: -0.012,
          deviation: 0.993,
          histogram: {
            edges: Array.from({ length: 25 }, (_, i) => -0.81 + (i * 2.833) / 24),
            counts: [9000, ...Array.from({ length: 23 }, (_, i) => 60 + 12 * i)],
          },
        },
        msPerImage: 0.78,
        provider: 'cpu',
      };
    },
  };
}

function accuracy(right: number): { right: number; of: number; low: number; high: number } {
  const [low, high] = clopperPearson(right, 256);
  return { right, of: 256, low, high };
}
